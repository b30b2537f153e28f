//! Antialiased resampling, equal to Pillow's `Image.resize` on every pixel.
//!
//! The code is ours because no library gives Pillow's pixels, which the checkpoints were trained and
//! evaluated on. `fast_image_resize` 6 resizes columns first and has weights of 16 bits, not 22: even with
//! its passes in Pillow's order, one value in two hundred is a level off, and its box filter differs where
//! edges fall on pixel centres. It is about twice as fast.
//!
//! Pillow (`src/libImaging/Resample.c`) makes two passes with fixed-point weights, one along rows and one down columns, and
//! rounds to an 8-bit picture in between. So the order of the passes shows: in one value of six, by one level. Since
//! Pillow 13 it depends on the sizes ([`columns_first`]). This does the same, but computes only the part of the
//! result that the crop keeps.

use std::ops::Range;

use image::RgbImage;

use super::filter::{Filter, FilterKernel};
use super::size::Size;
use crate::kernels::isa;
use crate::kernels::resample::{GROUP, PRECISION, Weights};

/// Resizes `picture` to `size`.
///
/// # Panics
/// If either has no pixels.
pub fn resize(picture: &RgbImage, size: Size, filter: Filter) -> RgbImage {
    resize_part(picture, size, 0..size.width, 0..size.height, filter)
}

/// The part of `picture`, resized to `size`, that lies in `columns` x `rows` of the result.
///
/// Only the pixels that part depends on are read.
///
/// # Panics
/// If the part is empty or does not lie within `size`, or if `picture` has no pixels.
pub(super) fn resize_part(
    picture: &RgbImage,
    size: Size,
    columns: Range<u32>,
    rows: Range<u32>,
    filter: Filter,
) -> RgbImage {
    assert!(columns.end <= size.width && rows.end <= size.height, "{columns:?} x {rows:?} of {size}");
    let (width, height) = (columns.len() as u32, rows.len() as u32);
    let Some(kernel) = filter.kernel() else {
        let columns = nearest(picture.width(), size.width, columns);
        let rows = nearest(picture.height(), size.height, rows);
        return RgbImage::from_fn(width, height, |x, y| {
            *picture.get_pixel(columns[x as usize], rows[y as usize])
        });
    };
    let along_rows = weights(picture.width(), size.width, columns, kernel);
    let down_columns = weights(picture.height(), size.height, rows, kernel);

    let (from, to) = (3 * picture.width() as usize, 3 * width as usize);
    let used = down_columns.used();
    let source = &picture.as_raw()[from * used.start..from * used.end];
    let mut pixels = vec![0; to * height as usize];
    let resize_rows = |source: &[u8], out: &mut [u8]| {
        for (row, out) in source.chunks_exact(from).zip(out.chunks_exact_mut(to)) {
            along_rows.row(row, out);
        }
    };
    if columns_first(picture.dimensions().into(), size) {
        let mut lowered = vec![0; from * height as usize];
        down_columns.columns(source, used.start, &mut lowered);
        resize_rows(&lowered, &mut pixels);
    } else {
        let mut narrowed = vec![0; to * used.len()];
        resize_rows(source, &mut narrowed);
        down_columns.columns(&narrowed, used.start, &mut pixels);
    }
    RgbImage::from_raw(width, height, pixels).expect("three bytes for each pixel")
}

/// Whether Pillow 13 resizes columns before rows: where that saves more rows than twice the columns that the other order
/// saves. Earlier versions never do.
pub(super) fn columns_first(from: Size, to: Size) -> bool {
    let saved = |from: u32, to: u32| i64::from(from) - i64::from(to);
    let (rows, columns) = (saved(from.height, to.height), saved(from.width, to.width));
    rows > 0 && rows > 2 * columns
}

/// The weights of each pixel in `part` of a side that is resized from `from` to `to` px: Pillow's
/// `precompute_coeffs` and `normalize_coeffs_8bpc`.
fn weights(from: u32, to: u32, part: Range<u32>, kernel: FilterKernel) -> Weights {
    let scale = f64::from(from) / f64::from(to);
    let widening = scale.max(1.0);
    let reach = reach(from, to, kernel);
    let mut weights = Weights::with_capacity(&isa::active().resample, part.len(), taps(from, to, kernel));
    for index in part {
        let centre = (f64::from(index) + 0.5) * scale;
        // The cast truncates, and saturates to 0 what would be before the picture.
        let start = (centre - reach + 0.5) as usize;
        let end = ((centre + reach + 0.5) as usize).min(from as usize);
        let weight = |at| (kernel.weight)((at as f64 - centre + 0.5) * (1.0 / widening));
        let sum: f64 = (start..end).map(weight).sum();
        let fixed = (start..end).map(|at| {
            let weight = weight(at) / sum * f64::from(1 << PRECISION);
            // Rounds half away from zero, as Pillow does by adding ±0.5 before a cast.
            (weight + 0.5_f64.copysign(weight)) as i32
        });
        weights.push(start..end, fixed);
    }
    weights
}

/// How far from its centre a pixel has weights, px of the source.
pub(super) fn reach(from: u32, to: u32, kernel: FilterKernel) -> f64 {
    kernel.radius * (f64::from(from) / f64::from(to)).max(1.0)
}

/// The most weights that a pixel has, with what pads them.
pub(super) fn taps(from: u32, to: u32, kernel: FilterKernel) -> usize {
    ((2.0 * reach(from, to, kernel)) as usize + 2).min(from as usize).next_multiple_of(GROUP)
}

/// The source index of each index in `part`: Pillow's `ImagingScaleAffine`, with its running sum.
fn nearest(from: u32, to: u32, part: Range<u32>) -> Vec<u32> {
    let scale = f64::from(from) / f64::from(to);
    let centres = std::iter::successors(Some(scale * 0.5), |at| Some(at + scale));
    let indices = centres.map(|at| (at as u32).min(from - 1));
    indices.skip(part.start as usize).take(part.len()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILTERS: [Filter; 6] =
        [Filter::Nearest, Filter::Box, Filter::Bilinear, Filter::Hamming, Filter::Bicubic, Filter::Lanczos];

    #[test]
    fn a_part_equals_the_crop_of_the_whole() {
        let picture =
            RgbImage::from_fn(61, 47, |x, y| image::Rgb([(x * 4) as u8, (y * 5) as u8, (x * y) as u8]));
        for filter in FILTERS {
            for size in [(30, 23), (61, 47), (100, 47), (7, 90), (61, 5), (70, 11)] {
                let whole = resize_part(&picture, size.into(), 0..size.0, 0..size.1, filter);
                assert_eq!(whole.dimensions(), size);
                let part = resize_part(&picture, size.into(), 2..size.0 - 1, 3..size.1, filter);
                let cut = image::imageops::crop_imm(&whole, 2, 3, size.0 - 3, size.1 - 3).to_image();
                assert!(part == cut, "{filter} {size:?}");
            }
        }
    }

    #[test]
    fn resizing_to_the_same_size_changes_nothing() {
        let picture =
            RgbImage::from_fn(9, 8, |x, y| image::Rgb([(x * 28) as u8, (y * 36) as u8, (x * y) as u8]));
        for filter in FILTERS {
            assert!(resize_part(&picture, (9, 8).into(), 0..9, 0..8, filter) == picture, "{filter}");
        }
    }

    #[test]
    fn one_pixel_fills_any_size() {
        let picture = RgbImage::from_pixel(1, 1, image::Rgb([3, 141, 255]));
        for filter in FILTERS {
            let large = resize_part(&picture, (13, 1000).into(), 0..13, 400..402, filter);
            assert!(large.pixels().all(|pixel| pixel.0 == [3, 141, 255]), "{filter}");
        }
    }

    /// The sizes are Pillow 13's: it gives the pixels of this order and not those of the other.
    #[test]
    fn tall_pictures_are_lowered_first() {
        for (from, to, is_first) in [
            ((512, 929), (224, 224), true),
            ((500, 1001), (250, 500), true),
            ((500, 1000), (250, 500), false),
            ((100, 101), (200, 100), true),
            ((100, 100), (200, 100), false),
            ((200, 100), (300, 200), false),
            ((300, 301), (300, 300), true),
            ((512, 343), (382, 256), false),
        ] {
            assert_eq!(columns_first(from.into(), to.into()), is_first, "{from:?} to {to:?}");
        }
    }
}
