//! Levels of whatever colours a TIFF has to RGB.

use super::codec;
use super::directory::{Directory, tag};
use super::kind::Colour;
use super::layout::Layout;
use super::ycbcr;
use crate::pixels::cmyk;
use crate::pixels::error::DecodeError;
use crate::pixels::job::Job;

/// RGB of levels `[height, width, kept]`.
pub(super) fn to_rgb(
    mut levels: Vec<u8>,
    layout: &Layout,
    directory: &Directory,
    job: &Job,
) -> Result<Vec<u8>, DecodeError> {
    let kept = layout.kept;
    if layout.has_associated_alpha {
        levels.chunks_exact_mut(kept).for_each(divide_by_alpha);
    }
    if is_converted(layout) {
        return Ok(levels);
    }
    let is_rgb = is_rgb(layout);
    let pixels = levels.chunks_exact(kept);
    Ok(match layout.colour {
        _ if is_rgb => pixels.flat_map(|p| [p[0], p[1], p[2]]).collect(),
        Colour::WhiteIsZero => pixels.flat_map(|p| [255 - p[0]; 3]).collect(),
        Colour::BlackIsZero | Colour::Rgb => pixels.flat_map(|p| [p[0]; 3]).collect(),
        Colour::Cmyk => pixels
            .flat_map(|p| cmyk::inverted_to_rgb(&[255 - p[0], 255 - p[1], 255 - p[2], 255 - p[3]]))
            .collect(),
        // Pillow reads these itself, and leaves the others to libtiff.
        Colour::YCbCr if layout.compression == codec::NONE => {
            pixels.flat_map(|p| ycbcr::pillows_rgb([p[0], p[1], p[2]])).collect()
        }
        Colour::YCbCr => {
            let tables = ycbcr::Tables::new(directory);
            let tables = tables.ok_or_else(|| job.damaged("invalid YCbCr coefficients"))?;
            pixels.flat_map(|p| tables.rgb([p[0], p[1], p[2]])).collect()
        }
        Colour::Palette => {
            let palette = palette(directory);
            pixels.flat_map(|p| palette[usize::from(p[0])]).collect()
        }
    })
}

/// Whether the levels are RGB as they are, so that they are not copied.
pub(super) fn is_converted(layout: &Layout) -> bool {
    is_rgb(layout) && layout.kept == 3
}

fn is_rgb(layout: &Layout) -> bool {
    layout.colour == Colour::Rgb
        // libjpeg converts it.
        || layout.colour == Colour::YCbCr && layout.compression == codec::JPEG && !layout.is_planar
}

/// Undoes the multiplication of colours by alpha, as Pillow does.
fn divide_by_alpha(pixel: &mut [u8]) {
    if let Some((&mut alpha, colours)) = pixel.split_last_mut() {
        for colour in colours {
            let product = u16::from(*colour) * 255;
            *colour = product.checked_div(alpha.into()).unwrap_or(0).min(255) as u8;
        }
    }
}

/// The colours of indices. The tag has all levels of red, then of green, then of blue; what is past its end is black.
fn palette(directory: &Directory) -> [[u8; 3]; 256] {
    let size = directory.count(tag::COLOR_MAP) / 3;
    let level = |index: usize, channel: usize| {
        (index < size).then(|| directory.value(tag::COLOR_MAP, channel * size + index)).flatten().unwrap_or(0)
    };
    let levels: [[u64; 3]; 256] =
        std::array::from_fn(|index| std::array::from_fn(|channel| level(index, channel)));
    // They have 16 bits; some writers use only the low 8.
    let shift = if levels.iter().flatten().any(|&level| level > 255) { 8 } else { 0 };
    levels.map(|colour| colour.map(|level| (level >> shift) as u8))
}
