//! The memory that a JPEG takes, from its header.

use std::borrow::Cow;

use image::metadata::Orientation;

use super::decode::{denominator, explained, marked, metadata};
use super::end_marker::End;
use super::header::Header;
use super::scans;
use crate::pixels::error::DecodeError;
use crate::pixels::job::{Job, Needs};
use crate::pixels::orientation;

/// What [`decode`](super::decode()) takes.
pub(in crate::pixels) fn needs(job: &Job) -> Result<Needs, DecodeError> {
    /// Of a picture with at most so many pixels, the scans are not looked at: it is taken to be unusual.
    const SMALL: u64 = 1_000_000;
    let header = Header::read(job)?;
    let (width, height) = (u32::from(header.width), u32::from(header.height));
    let full = u64::from(width) * u64::from(height);
    // What is damaged may be decoded like an unusual one.
    let is_unusual = full <= SMALL || job.salvage || {
        let bytes = marked(job, &header)?;
        let is_repaired = matches!(bytes, Cow::Owned(_));
        let metadata = metadata(&job.with_bytes(&bytes), &header);
        let metadata = metadata.map_err(|error| explained(error, is_repaired, job))?;
        scans::is_unusual(&metadata, &header)
    };
    let denominator = denominator(&header, job).filter(|_| !is_unusual).unwrap_or(1);
    let (width, height) = (width.div_ceil(denominator), height.div_ceil(denominator));
    let pixels = u64::from(width) * u64::from(height);
    let components = header.sampling.len() as u64;
    // Coefficients have two bytes, and exist at full size.
    let has_coefficients = header.is_progressive || is_unusual;
    let coefficients = if has_coefficients { 2 * header.samples(full) } else { 0 };
    // CMYK is upsampled before it is converted; what is unusual has both at once.
    let planes = match components {
        _ if is_unusual => 2 * components * pixels,
        4 => 4 * pixels,
        _ => header.samples(pixels),
    };
    // MCUs that go beyond the picture, at most 32 px.
    let edges = components * 32 * u64::from(width + height + 32);
    let picture = if components == 4 { 7 * pixels } else { 3 * pixels };
    // The library copies profiles up to three times. A file without an end marker is copied, and perhaps in parts too.
    let is_whole = !job.salvage && End::find(job.bytes) == End::Marked;
    let copies = 3 * header.length as u64 + if is_whole { 0 } else { 2 * job.bytes.len() as u64 };
    let needs = Needs::new(width, height, coefficients + planes + edges + picture + copies);
    let is_turned = orientation::of(header.exif.as_deref(), header.xmp) != Orientation::NoTransforms;
    Ok(if is_turned { needs.turned() } else { needs })
}
