//! PFM: floating-point samples after a header of three lines, the last row first.

use image::RgbImage;
use image::metadata::Orientation;

use super::error::DecodeError;
use super::job::{Job, Needs};
use super::levels;
use super::picture::Decoded;

/// Whether a file is a PFM of gray (`Pf`) or RGB (`PF`). A text may start so too; the width tells them apart.
pub(super) fn is_pfm(bytes: &[u8]) -> bool {
    let is_named = matches!(bytes, [b'P', b'f' | b'F', b' ' | b'\t' | b'\r' | b'\n', ..]);
    is_named && bytes[3..].trim_ascii_start().first().is_some_and(u8::is_ascii_digit)
}

/// Decodes a PFM.
pub(super) fn decode(job: &Job) -> Result<Decoded, DecodeError> {
    let header = Header::read(job)?;
    let row = header.row_length();
    let samples = job.bytes.get(header.start..).unwrap_or_default();
    let samples = samples.get(..row * header.height as usize).ok_or_else(|| job.ends_early())?;
    let values = samples.chunks_exact(row).rev().flat_map(|row| row.as_chunks::<4>().0);
    let of = if header.is_little_endian { f32::from_le_bytes } else { f32::from_be_bytes };
    let values: Vec<f32> = values.map(|bytes| of(*bytes)).collect();
    let pixels = levels::rgb_of_floats(&values, header.channels);
    let size = (header.width, header.height);
    let image = RgbImage::from_raw(size.0, size.1, pixels).ok_or_else(|| job.ends_early())?;
    Ok(Decoded::new(image, size, Orientation::NoTransforms))
}

/// What [`decode`] takes.
pub(super) fn needs(job: &Job) -> Result<Needs, DecodeError> {
    let header = Header::read(job)?;
    let values = header.row_length() as u64 * u64::from(header.height);
    let pixels = 3 * u64::from(header.width) * u64::from(header.height);
    Ok(Needs::new(header.width, header.height, values + pixels))
}

struct Header {
    channels: usize,
    width: u32,
    height: u32,
    is_little_endian: bool,
    /// Where the samples start.
    start: usize,
}

impl Header {
    fn read(job: &Job) -> Result<Self, DecodeError> {
        let mut at = 2;
        let mut word = || {
            let rest = job.bytes.get(at..)?;
            let start = rest.iter().position(|byte| !byte.is_ascii_whitespace())?;
            let length = rest[start..].iter().position(u8::is_ascii_whitespace)?;
            // One character of white space ends the header.
            at += start + length + 1;
            str::from_utf8(&rest[start..start + length]).ok()
        };
        let words = (word(), word(), word());
        let (Some(width), Some(height), Some(scale)) = words else {
            return Err(job.damaged("a header of fewer than three lines"));
        };
        let parsed = (width.parse(), height.parse(), scale.parse::<f32>());
        let (Ok(width), Ok(height), Ok(scale)) = parsed else {
            return Err(job.damaged(format!("a size of {width:.20} x {height:.20}, scale {scale:.20}")));
        };
        job.check_size(width, height)?;
        let channels = if job.bytes[1] == b'F' { 3 } else { 1 };
        Ok(Self { channels, width, height, is_little_endian: scale < 0.0, start: at })
    }

    /// Bytes of a row.
    fn row_length(&self) -> usize {
        4 * self.channels * self.width as usize
    }
}
