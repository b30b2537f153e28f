//! Antialiased resampling, equal to Pillow's `Image.resize` on every pixel.
//!
//! The code is ours because no library gives Pillow's pixels, which the checkpoints were trained and
//! evaluated on. `fast_image_resize` 6 resizes columns first and has weights of 16 bits, not 22: even with
//! its passes in Pillow's order, one value in two hundred is a level off, and its box filter differs where
//! edges fall on pixel centres. It is about twice as fast.
//!
//! Pillow (`src/libImaging/Resample.c`) resizes rows first and then columns, both with fixed-point weights,
//! and rounds to an 8-bit picture in between. This does the same, but computes only the part of the result
//! that the crop keeps.

use std::ops::Range;

use image::RgbImage;

use super::filter::{Filter, FilterKernel};
use crate::kernels::isa;
use crate::kernels::resample::{PRECISION, Weights};

/// The part of `picture`, resized to `size` (width, height), that lies in `columns` x `rows` of the result.
///
/// Only the pixels that part depends on are read.
///
/// # Panics
/// If the part is empty or does not lie within `size`, or if `picture` has no pixels.
pub(super) fn resize_part(
    picture: &RgbImage,
    size: (u32, u32),
    columns: Range<u32>,
    rows: Range<u32>,
    filter: Filter,
) -> RgbImage {
    assert!(columns.end <= size.0 && rows.end <= size.1, "{columns:?} x {rows:?} of {size:?}");
    let (width, height) = (columns.len() as u32, rows.len() as u32);
    let Some(kernel) = filter.kernel() else {
        let columns = nearest(picture.width(), size.0, columns);
        let rows = nearest(picture.height(), size.1, rows);
        return RgbImage::from_fn(width, height, |x, y| {
            *picture.get_pixel(columns[x as usize], rows[y as usize])
        });
    };
    let horizontal = weights(picture.width(), size.0, columns, kernel);
    let vertical = weights(picture.height(), size.1, rows, kernel);

    let stride = 3 * picture.width() as usize;
    let used = vertical.used();
    let rows = &picture.as_raw()[stride * used.start..stride * used.end];
    let mut narrowed = vec![0; 3 * width as usize * used.len()];
    for (row, out) in rows.chunks_exact(stride).zip(narrowed.chunks_exact_mut(3 * width as usize)) {
        horizontal.row(row, out);
    }
    let mut pixels = vec![0; 3 * width as usize * height as usize];
    vertical.columns(&narrowed, used.start, &mut pixels);
    RgbImage::from_raw(width, height, pixels).expect("three bytes for each pixel")
}

/// The weights of each pixel in `part` of a side that is resized from `from` to `to` px: Pillow's
/// `precompute_coeffs` and `normalize_coeffs_8bpc`.
fn weights(from: u32, to: u32, part: Range<u32>, kernel: FilterKernel) -> Weights {
    let scale = f64::from(from) / f64::from(to);
    let widening = scale.max(1.0);
    let reach = kernel.radius * widening;
    let mut weights = Weights::with_capacity(&isa::active().resample, part.len());
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
            for size in [(30, 23), (61, 47), (100, 47), (7, 90)] {
                let whole = resize_part(&picture, size, 0..size.0, 0..size.1, filter);
                assert_eq!(whole.dimensions(), size);
                let part = resize_part(&picture, size, 2..size.0 - 1, 3..size.1, filter);
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
            assert!(resize_part(&picture, (9, 8), 0..9, 0..8, filter) == picture, "{filter}");
        }
    }

    #[test]
    fn one_pixel_fills_any_size() {
        let picture = RgbImage::from_pixel(1, 1, image::Rgb([3, 141, 255]));
        for filter in FILTERS {
            let large = resize_part(&picture, (13, 1000), 0..13, 400..402, filter);
            assert!(large.pixels().all(|pixel| pixel.0 == [3, 141, 255]), "{filter}");
        }
    }
}
