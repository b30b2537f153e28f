//! YCbCr that is not in a JPEG to RGB.

use super::directory::{Directory, tag};

/// Of red, green and blue in luminance: ITU-R BT.601.
const COEFFICIENTS: [f32; 3] = [0.299, 0.587, 0.114];
/// Black and white of Y, Cb and Cr: the full range.
const BLACK_AND_WHITE: [f32; 6] = [0.0, 255.0, 128.0, 255.0, 128.0, 255.0];

/// Half of 1, with 16 bits after the point.
const HALF: i32 = 1 << 15;

/// Tables that convert as libtiff does (`TIFFYCbCrToRGBInit`): other coefficients and another range are honoured.
pub(super) struct Tables {
    luminance: [i32; 256],
    red: [i32; 256],
    /// With 16 bits after the point: of Cb, which rounds, and of Cr.
    green: [[i32; 256]; 2],
    blue: [i32; 256],
}

impl Tables {
    /// `None` if the coefficients are invalid.
    pub(super) fn new(directory: &Directory) -> Option<Self> {
        let [r, g, b] = directory.fractions(tag::YCBCR_COEFFICIENTS).unwrap_or(COEFFICIENTS);
        let range = directory.fractions(tag::REFERENCE_BLACK_WHITE).unwrap_or(BLACK_AND_WHITE);
        let is_known = [r, b].iter().chain(&range).all(|value| value.is_finite()) && g.is_normal();
        if !is_known {
            return None;
        }
        let fixed = |factor: f32| (f64::from(factor.clamp(0.0, 2.0)) * 65536.0 + 0.5) as i32;
        let (of_cr, of_cb) = (2.0 - 2.0 * r, 2.0 - 2.0 * b);
        let [red, blue] = [fixed(of_cr), fixed(of_cb)];
        let green = [-fixed(b * of_cb / g), -fixed(r * of_cr / g)];
        let level = |code: f32, black: f32, white: f32, most: f32| {
            let width = if white == black { 1.0 } else { white - black };
            ((code - black) * most / width).clamp(-4096.0, 4096.0) as i32
        };
        let chroma = |code: usize, at: usize| {
            level(code as f32 - 128.0, range[at] - 128.0, range[at + 1] - 128.0, 127.0)
        };
        let (cb, cr) = (|code| chroma(code, 2), |code| chroma(code, 4));
        Some(Self {
            luminance: std::array::from_fn(|code| level(code as f32, range[0], range[1], 255.0)),
            red: std::array::from_fn(|code| (red * cr(code) + HALF) >> 16),
            green: [
                std::array::from_fn(|code| green[0] * cb(code) + HALF),
                std::array::from_fn(|code| green[1] * cr(code)),
            ],
            blue: std::array::from_fn(|code| (blue * cb(code) + HALF) >> 16),
        })
    }

    pub(super) fn rgb(&self, [y, cb, cr]: [u8; 3]) -> [u8; 3] {
        let [y, cb, cr] = [y, cb, cr].map(usize::from);
        let green = (self.green[0][cb] + self.green[1][cr]) >> 16;
        [self.red[cr], green, self.blue[cb]].map(|chroma| (self.luminance[y] + chroma).clamp(0, 255) as u8)
    }
}

/// By ITU-R BT.601 over the full range, in Pillow's fixed point: products in 1/64.
pub(super) fn pillows_rgb([y, cb, cr]: [u8; 3]) -> [u8; 3] {
    let product = |factor: f64, chroma: u8| (factor * 64.0 * (f64::from(chroma) - 128.0) + 0.5) as i32;
    let add = |product: i32| (i32::from(y) + (product >> 6)).clamp(0, 255) as u8;
    let green = product(-0.344_14, cb) + product(-0.714_14, cr);
    [add(product(1.402, cr)), add(green), add(product(1.772, cb))]
}
