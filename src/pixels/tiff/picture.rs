//! The chunks of a picture, put together.

use std::borrow::Cow;

use super::codec;
use super::colour;
use super::directory::{Directory, tag};
use super::kind::{Colour, SampleFormat};
use super::layout::Layout;
use super::predictor;
use super::samples::{self, Row};
use super::work::Work;
use crate::pixels::error::DecodeError;
use crate::pixels::job::{Job, Needs, unsupported};
use crate::pixels::{jpeg, levels};

/// What [`read`] takes.
pub(super) fn needs(layout: &Layout, directory: &Directory, job: &Job) -> Needs {
    let pixels = u64::from(layout.width) * u64::from(layout.height);
    let sample = if layout.format == SampleFormat::Unsigned { 1 } else { 4 };
    let (width, height) = (u64::from(layout.chunk.0), u64::from(layout.chunk.1));
    // A chunk as far as it is in the picture, and what it is made of: units with chroma for several pixels; the coefficients
    // and planes of a JPEG, which may be an MCU of 32 px larger; the window of Zstandard, which grows by doubling.
    let chunk = layout.row_length() as u64 * height.min(layout.height.into());
    let made_of = match layout.compression {
        codec::JPEG => 3 * layout.chunk_samples() as u64 * (width + 32) * (height + 32),
        codec::ZSTANDARD => 3 * chunk.min(codec::MAX_WINDOW),
        _ => 0,
    };
    let units = if layout.subsampling == (1, 1) { 0 } else { chunk };
    let is_copied = layout.compression == codec::JPEG || layout.is_bit_reversed;
    let tables = directory.bytes(tag::JPEG_TABLES).unwrap_or_default().len() as u64;
    let stored = if is_copied { tables + longest(layout, directory, job) } else { 0 };
    let is_converted = layout.format == SampleFormat::Unsigned && colour::is_converted(layout);
    let picture = pixels * (sample * layout.kept as u64 + if is_converted { 0 } else { 3 });
    Needs::new(layout.width, layout.height, picture.saturating_add(chunk + made_of + units + stored))
}

/// The most bytes that a chunk has in the file.
fn longest(layout: &Layout, directory: &Directory, job: &Job) -> u64 {
    let length = |index| stored(layout, directory, job, index).map_or(0, <[u8]>::len);
    (0..layout.chunk_count()).map(length).max().unwrap_or(0) as u64
}

/// Reads the picture as RGB, row by row.
pub(super) fn read(layout: &Layout, directory: &Directory, job: &Job) -> Result<Vec<u8>, DecodeError> {
    let length = layout.width as usize * layout.height as usize * layout.kept;
    if layout.format == SampleFormat::Unsigned {
        let mut levels = vec![0; length];
        for_each_row(layout, directory, job, |row| samples::put_levels(row, layout, &mut levels))?;
        colour::to_rgb(levels, layout, directory, job)
    } else {
        let mut values = vec![0.0; length];
        for_each_row(layout, directory, job, |row| samples::put_values(row, layout, &mut values))?;
        Ok(match layout.format {
            SampleFormat::Float => levels::rgb_of_floats(&values, layout.kept),
            _ => values.iter().flat_map(|&value| [value as u8; 3]).collect(),
        })
    }
}

/// Calls `put` for all rows of all chunks that count, without the rows below the picture.
fn for_each_row(
    layout: &Layout,
    directory: &Directory,
    job: &Job,
    mut put: impl FnMut(&Row),
) -> Result<(), DecodeError> {
    let (across, down) = layout.grid();
    let per_plane = across * down;
    let wanted = if layout.is_planar { layout.kept * per_plane } else { per_plane };
    let mut work = Work::new(layout, job)?;
    let is_jpeg = layout.compression == codec::JPEG;
    let tables = is_jpeg.then(|| directory.bytes(tag::JPEG_TABLES).unwrap_or_default());
    for index in 0..wanted {
        let (plane, index_in_plane) = (index / per_plane, index % per_plane);
        let x = index_in_plane % across * layout.chunk.0 as usize;
        let y = index_in_plane / across * layout.chunk.1 as usize;
        // What of a tile is below the picture is not decompressed, unless it is a JPEG.
        let visible = (layout.height as usize - y).min(layout.chunk.1 as usize);
        let data = stored(layout, directory, job, index)?;
        work.take(data.len() + tables.unwrap_or_default().len(), layout, job)?;
        let data = in_order(data, layout);
        let damaged = || {
            let (offset, length) = layout.place(directory, index);
            let end = offset.saturating_add(length.unwrap_or(0));
            if end > job.bytes.len() as u64 {
                return job.ends_early();
            }
            job.damaged(format!("strip or tile {index} is cut off or damaged"))
        };
        let bytes = if let Some(tables) = tables {
            jpeg_rows(tables, &data, layout, visible, job)?
        } else if layout.subsampling != (1, 1) {
            subsampled_rows(&data, layout, visible)?.ok_or_else(damaged)?
        } else {
            let mut bytes = vec![0; visible * layout.row_length()];
            if !codec::decompress(&data, layout, &mut bytes) {
                return Err(damaged());
            }
            if !predictor::undo(&mut bytes, layout) {
                let what = format!("a TIFF with predictor {} on {} bits", layout.predictor, layout.bits);
                return Err(unsupported(what));
            }
            bytes
        };
        for (row, bytes) in bytes.chunks_exact(layout.row_length()).take(visible).enumerate() {
            put(&Row { bytes, x, y: y + row, plane });
        }
    }
    Ok(())
}

/// The stored bytes of a chunk, up to the end of the file.
fn stored<'a>(
    layout: &Layout,
    directory: &Directory,
    job: &Job<'a>,
    index: usize,
) -> Result<&'a [u8], DecodeError> {
    let (offset, length) = layout.place(directory, index);
    // No chunk lies in the header: a sparse file has none here.
    if offset < 8 {
        return Err(job.damaged(format!("strip or tile {index} is not in the file")));
    }
    let rest = usize::try_from(offset).ok().and_then(|offset| job.bytes.get(offset..));
    let rest = rest.ok_or_else(|| job.ends_early())?;
    let decompressed = layout.chunk_length().unwrap_or(u64::MAX);
    let length = match length {
        // Without compression the length follows from the layout, and the tag is often wrong.
        _ if layout.compression == codec::NONE => decompressed,
        Some(length) => length,
        // Nothing becomes larger by compression than this.
        None => decompressed.saturating_mul(8).saturating_add(1 << 16),
    };
    Ok(&rest[..usize::try_from(length).unwrap_or(usize::MAX).min(rest.len())])
}

/// Stored bytes with their highest bit first. JPEG and its bits are above this.
fn in_order<'a>(data: &'a [u8], layout: &Layout) -> Cow<'a, [u8]> {
    if layout.is_bit_reversed && layout.compression != codec::JPEG {
        return Cow::Owned(data.iter().map(|byte| byte.reverse_bits()).collect());
    }
    Cow::Borrowed(data)
}

/// The rows of a chunk that is a JPEG.
fn jpeg_rows(
    tables: &[u8],
    data: &[u8],
    layout: &Layout,
    visible: usize,
    job: &Job,
) -> Result<Vec<u8>, DecodeError> {
    if layout.bits != 8 {
        return Err(unsupported(format!("a TIFF with JPEG of {} bits", layout.bits)));
    }
    let chunk = jpeg::Chunk {
        width: layout.chunk.0,
        // The last strip may be as high as the others.
        height: if layout.is_tiled {
            layout.chunk.1..=layout.chunk.1
        } else {
            visible as u32..=layout.chunk.1
        },
        samples: layout.chunk_samples(),
        is_ycbcr: layout.colour == Colour::YCbCr && !layout.is_planar,
    };
    jpeg::decode_in_tiff(tables, data, &chunk, job)
}

/// The rows of a chunk in which several pixels share their chroma: units of the pixels' luminance, then Cb and
/// Cr. `None` if it is damaged.
fn subsampled_rows(data: &[u8], layout: &Layout, rows: usize) -> Result<Option<Vec<u8>>, DecodeError> {
    let (h, v) = layout.subsampling;
    if !matches!((h, v), (1 | 2 | 4, 1 | 2 | 4))
        || layout.is_planar
        || layout.samples != 3
        || layout.predictor != 1
    {
        return Err(unsupported(format!("a TIFF of this kind of YCbCr ({h} x {v})")));
    }
    let width = layout.chunk.0 as usize;
    let (across, unit) = (width.div_ceil(h), h * v + 2);
    let mut units = vec![0; across * rows.div_ceil(v) * unit];
    if !codec::decompress(data, layout, &mut units) {
        return Ok(None);
    }
    let pixel = |y: usize, x: usize| {
        let unit = &units[(y / v * across + x / h) * unit..][..unit];
        [unit[y % v * h + x % h], unit[h * v], unit[h * v + 1]]
    };
    let mut pixels = Vec::with_capacity(3 * rows * width);
    for y in 0..rows {
        pixels.extend((0..width).flat_map(|x| pixel(y, x)));
    }
    Ok(Some(pixels))
}
