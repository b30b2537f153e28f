//! Levels of whatever colours a TIFF has to RGB.

use libjpeg_turbo_rs::decode::color::ycbcr_to_rgb_pixel;

use super::codec;
use super::kind::Colour;
use super::layout::Layout;
use crate::pixels::cmyk;

/// RGB of levels `[height, width, kept]`. `map` is the palette: all of red, then green, then blue.
pub(super) fn to_rgb(mut levels: Vec<u8>, layout: &Layout, map: &[u64]) -> Vec<u8> {
    let kept = layout.kept;
    if layout.has_associated_alpha {
        levels.chunks_exact_mut(kept).for_each(divide_by_alpha);
    }
    let is_rgb = layout.colour == Colour::Rgb
        // libjpeg converts it.
        || layout.colour == Colour::YCbCr && layout.compression == codec::JPEG && !layout.is_planar;
    if is_rgb && kept == 3 {
        return levels;
    }
    let pixels = levels.chunks_exact(kept);
    match layout.colour {
        _ if is_rgb => pixels.flat_map(|p| [p[0], p[1], p[2]]).collect(),
        Colour::WhiteIsZero => pixels.flat_map(|p| [255 - p[0]; 3]).collect(),
        Colour::BlackIsZero | Colour::Rgb => pixels.flat_map(|p| [p[0]; 3]).collect(),
        Colour::Cmyk => pixels
            .flat_map(|p| cmyk::inverted_to_rgb(&[255 - p[0], 255 - p[1], 255 - p[2], 255 - p[3]]))
            .collect(),
        // Pillow reads these itself, and leaves the others to libtiff, which converts as libjpeg does.
        Colour::YCbCr if layout.compression == codec::NONE => {
            pixels.flat_map(|p| ycbcr_to_rgb([p[0], p[1], p[2]])).collect()
        }
        Colour::YCbCr => pixels.flat_map(|p| <[u8; 3]>::from(ycbcr_to_rgb_pixel(p[0], p[1], p[2]))).collect(),
        Colour::Palette => {
            let palette = Palette::new(map, layout.bits);
            pixels.flat_map(|p| palette.colour(p[0])).collect()
        }
    }
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

struct Palette<'a> {
    map: &'a [u64],
    size: usize,
    /// Entries have 16 bits; some writers use only the low 8.
    shift: u32,
}

impl<'a> Palette<'a> {
    fn new(map: &'a [u64], bits: u32) -> Self {
        Self { map, size: 1 << bits, shift: if map.iter().any(|&entry| entry > 255) { 8 } else { 0 } }
    }

    fn colour(&self, index: u8) -> [u8; 3] {
        [0, 1, 2].map(|channel| {
            let entry = self.map.get(channel * self.size + usize::from(index));
            entry.map_or(0, |entry| (entry >> self.shift) as u8)
        })
    }
}

/// YCbCr of ITU-R BT.601 over the full range, in Pillow's fixed point: products in 1/64, rounded down.
fn ycbcr_to_rgb([y, cb, cr]: [u8; 3]) -> [u8; 3] {
    let product = |factor: f64, chroma: u8| (factor * 64.0 * (f64::from(chroma) - 128.0)) as i32;
    let add = |product: i32| (i32::from(y) + (product >> 6)).clamp(0, 255) as u8;
    let green = product(-0.344_14, cb) + product(-0.714_14, cr);
    [add(product(1.402, cr)), add(green), add(product(1.772, cb))]
}
