//! The chunks of a picture, put together.

use std::borrow::Cow;

use super::codec;
use super::colour;
use super::directory::{Directory, tag};
use super::kind::{Colour, SampleFormat};
use super::layout::Layout;
use super::predictor;
use super::samples::{self, Row};
use crate::pixels::error::DecodeError;
use crate::pixels::job::{Job, Needs, unsupported};
use crate::pixels::{jpeg, levels};

/// What [`read`] takes.
pub(super) fn needs(layout: &Layout) -> Needs {
    let pixels = u64::from(layout.width) * u64::from(layout.height);
    let sample = if layout.format == SampleFormat::Unsigned { 1 } else { 4 };
    let chunk_pixels = u64::from(layout.chunk.0) * u64::from(layout.chunk.1);
    // A chunk, its compressed bytes, and the planes of one that is a JPEG.
    let chunk = 2 * layout.chunk_length().unwrap_or(u64::MAX / 4)
        + if layout.compression == codec::JPEG { 12 * chunk_pixels } else { 0 };
    Needs::new(layout.width, layout.height, pixels * (sample * layout.kept as u64 + 3) + chunk)
}

/// Reads the picture as RGB, row by row.
pub(super) fn read(layout: &Layout, directory: &Directory, job: &Job) -> Result<Vec<u8>, DecodeError> {
    let length = layout.width as usize * layout.height as usize * layout.kept;
    if layout.format == SampleFormat::Unsigned {
        let mut levels = vec![0; length];
        for_each_row(layout, directory, job, |row| samples::put_levels(row, layout, &mut levels))?;
        Ok(colour::to_rgb(levels, layout, &directory.numbers(tag::COLOR_MAP)))
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
    for (index, &(offset, length)) in layout.chunks.iter().take(wanted).enumerate() {
        let (plane, index_in_plane) = (index / per_plane, index % per_plane);
        let x = index_in_plane % across * layout.chunk.0 as usize;
        let y = index_in_plane / across * layout.chunk.1 as usize;
        let visible = (layout.height as usize - y).min(layout.chunk.1 as usize);
        let rows = if layout.is_tiled { layout.chunk.1 as usize } else { visible };

        let data = stored(layout, job, offset, length)?;
        let damaged = || {
            let end = offset.saturating_add(length.unwrap_or(0));
            if end > job.bytes.len() as u64 {
                return job.ends_early();
            }
            job.damaged(format!("strip or tile {index} is cut off or damaged"))
        };
        let bytes = if layout.compression == codec::JPEG {
            jpeg_rows(&data, layout, directory, rows, job)?
        } else if layout.subsampling != (1, 1) {
            subsampled_rows(&data, layout, rows)?.ok_or_else(damaged)?
        } else {
            let mut bytes = vec![0; rows * layout.row_length()];
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
    job: &Job<'a>,
    offset: u64,
    length: Option<u64>,
) -> Result<Cow<'a, [u8]>, DecodeError> {
    let rest = usize::try_from(offset).ok().and_then(|offset| job.bytes.get(offset..));
    let rest = rest.ok_or_else(|| job.ends_early())?;
    // Without compression the length follows from the layout, and the tag is often wrong.
    let length = if layout.compression == codec::NONE { layout.chunk_length() } else { length };
    let length = length.map_or(rest.len(), |length| rest.len().min(length as usize));
    let data = &rest[..length];
    // JPEG and its bits are above this.
    if layout.is_bit_reversed && layout.compression != codec::JPEG {
        return Ok(Cow::Owned(data.iter().map(|byte| byte.reverse_bits()).collect()));
    }
    Ok(Cow::Borrowed(data))
}

/// The rows of a chunk that is a JPEG. Its tables may be in a tag.
fn jpeg_rows(
    data: &[u8],
    layout: &Layout,
    directory: &Directory,
    rows: usize,
    job: &Job,
) -> Result<Vec<u8>, DecodeError> {
    if layout.bits != 8 {
        return Err(unsupported(format!("a TIFF with JPEG of {} bits", layout.bits)));
    }
    let tables = directory.bytes(tag::JPEG_TABLES).unwrap_or_default();
    let is_ycbcr = layout.colour == Colour::YCbCr && !layout.is_planar;
    let picture = jpeg::decode_in_tiff(tables, data, is_ycbcr, job)?;
    let (width, samples) = (layout.chunk.0 as usize, layout.chunk_samples());
    if picture.width != width || picture.height < rows || picture.samples != samples {
        let (w, h) = (picture.width, picture.height);
        let found = format!("a JPEG of {w} x {h} with {} samples", picture.samples);
        return Err(job.damaged(format!("{found}, expected {width} x {rows} with {samples}")));
    }
    Ok(picture.data)
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
    let pixels = (0..rows).flat_map(|y| (0..width).flat_map(move |x| pixel(y, x)));
    Ok(Some(pixels.collect()))
}
