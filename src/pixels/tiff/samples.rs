//! Rows of samples to levels of 8 bits, or to values.

use half::f16;

use super::kind::{Colour, SampleFormat};
use super::layout::Layout;

/// A row of a chunk, decompressed.
pub(super) struct Row<'a> {
    pub(super) bytes: &'a [u8],
    /// Its place in the picture, px.
    pub(super) x: usize,
    pub(super) y: usize,
    /// The sample that it holds if chunks are planes.
    pub(super) plane: usize,
}

/// Puts the samples of a row that count into `levels`, `[height, width, kept]`. Indices of a palette stay what
/// they are.
pub(super) fn put_levels(row: &Row, layout: &Layout, levels: &mut [u8]) {
    let is_index = layout.colour == Colour::Palette;
    let bits = layout.bits;
    let whole = layout.chunk_samples() == layout.kept && bits == 8;
    if whole {
        let target = &mut levels[start(row, layout)..][..columns(row, layout) * layout.kept];
        target.copy_from_slice(&row.bytes[..target.len()]);
        return;
    }
    put(row, layout, levels, |sample| match bits {
        _ if is_index => sample as u8,
        8.. => (sample >> (bits - 8)) as u8,
        _ => (sample * 255 / ((1 << bits) - 1)) as u8,
    });
}

/// Puts the samples of a row that count into `values`, `[height, width, kept]`.
pub(super) fn put_values(row: &Row, layout: &Layout, values: &mut [f32]) {
    let (format, bits) = (layout.format, layout.bits);
    put(row, layout, values, |sample| match (format, bits) {
        (SampleFormat::Float, 16) => f16::from_bits(sample as u16).to_f32(),
        (SampleFormat::Float, 32) => f32::from_bits(sample as u32),
        (SampleFormat::Float, _) => f64::from_bits(sample) as f32,
        _ => ((sample << (64 - bits)).cast_signed() >> (64 - bits)) as f32,
    });
}

fn put<T>(row: &Row, layout: &Layout, target: &mut [T], convert: impl Fn(u64) -> T) {
    let (stored, kept) = (layout.chunk_samples(), layout.kept);
    let start = start(row, layout);
    for x in 0..columns(row, layout) {
        if layout.is_planar {
            target[start + x * kept + row.plane] = convert(sample(row.bytes, x, layout));
        } else {
            for index in 0..kept {
                let sample = sample(row.bytes, x * stored + index, layout);
                target[start + x * kept + index] = convert(sample);
            }
        }
    }
}

/// Where the row starts in the picture.
fn start(row: &Row, layout: &Layout) -> usize {
    (row.y * layout.width as usize + row.x) * layout.kept
}

/// Its columns that are in the picture.
fn columns(row: &Row, layout: &Layout) -> usize {
    (layout.width as usize - row.x).min(layout.chunk.0 as usize)
}

/// Sample `index` of a row. Samples of whole bytes have the byte order of the file; others follow each other
/// from the highest bit.
#[inline]
fn sample(row: &[u8], index: usize, layout: &Layout) -> u64 {
    let bits = layout.bits as usize;
    let join = |number: u64, &byte: &u8| number << 8 | u64::from(byte);
    if bits.is_multiple_of(8) {
        let bytes = &row[index * bits / 8..][..bits / 8];
        return if layout.is_big_endian {
            bytes.iter().fold(0, join)
        } else {
            bytes.iter().rev().fold(0, join)
        };
    }
    let (start, end) = (index * bits, (index + 1) * bits);
    let joined = row[start / 8..end.div_ceil(8)].iter().fold(0, join);
    let right = end.next_multiple_of(8) - end;
    (joined >> right) & ((1 << bits) - 1)
}
