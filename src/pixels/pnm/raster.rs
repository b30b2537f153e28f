//! The samples of a PNM as 8-bit levels.

use super::header::{Encoding, Header};
use super::words::Words;
use crate::pixels::error::DecodeError;
use crate::pixels::job::Job;

/// The level of every sample, in the order of the file.
pub(super) fn levels(job: &Job, header: &Header) -> Result<Vec<u8>, DecodeError> {
    let count = header.row_length().saturating_mul(header.height as usize);
    let raster = |length: usize| {
        let raster = job.bytes.get(header.start..).unwrap_or_default();
        raster.get(..length).ok_or_else(|| job.ends_early())
    };
    match header.encoding {
        Encoding::BitsAsText => read(count, job, header, |words| Ok(level_of_bit(words.bit()?))),
        Encoding::Bits => {
            let row = header.row_length().div_ceil(8);
            let bit = |row: &[u8], x: usize| level_of_bit(row[x / 8] >> (7 - x % 8) & 1);
            let rows = raster(row.saturating_mul(header.height as usize))?.chunks_exact(row);
            let mut levels = Vec::with_capacity(count);
            levels.extend(rows.flat_map(|row| (0..header.row_length()).map(move |x| bit(row, x))));
            Ok(levels)
        }
        Encoding::Text => {
            let table = table(header);
            read(count, job, header, |words| match words.number()? {
                sample if sample > header.max => {
                    Err(job.damaged(format!("a sample of {sample}, expected at most {}", header.max)))
                }
                sample => Ok(table[sample as usize]),
            })
        }
        Encoding::Binary if header.max == 255 => Ok(raster(count)?.to_vec()),
        Encoding::Binary if header.max < 256 => {
            let table = table(header);
            Ok(raster(count)?.iter().map(|sample| table[usize::from(*sample)]).collect())
        }
        Encoding::Binary => {
            let table = table(header);
            let samples = raster(count.saturating_mul(2))?.as_chunks::<2>().0;
            Ok(samples.iter().map(|sample| table[usize::from(u16::from_be_bytes(*sample))]).collect())
        }
    }
}

/// Reads the levels of `count` samples from text.
fn read<'a>(
    count: usize,
    job: &'a Job<'a>,
    header: &Header,
    mut level: impl FnMut(&mut Words<'a>) -> Result<u8, DecodeError>,
) -> Result<Vec<u8>, DecodeError> {
    // A sample has a character or more, so no more is allocated than the file can fill.
    if count > job.bytes.len() {
        return Err(job.ends_early());
    }
    let mut words = Words::new(job, header.start);
    let mut levels = Vec::with_capacity(count);
    for _ in 0..count {
        levels.push(level(&mut words)?);
    }
    Ok(levels)
}

fn level_of_bit(bit: u8) -> u8 {
    if bit == 0 { 255 } else { 0 }
}

/// The level of each value that a binary sample can have. More than the maximum is white.
fn table(header: &Header) -> Vec<u8> {
    let values = if header.max < 256 { 1 << 8 } else { 1 << 16 };
    // In the order of Pillow's operations, and rounded as Python does.
    let scaled = |value: u32, white: f64| {
        (f64::from(value) / f64::from(header.max) * white).round_ties_even().min(white) as u16
    };
    let is_deep_gray = header.channels < 3 && header.max > 255;
    let level = |value| {
        if is_deep_gray { (scaled(value, 65535.0) >> 8) as u8 } else { scaled(value, 255.0) as u8 }
    };
    (0..values).map(level).collect()
}
