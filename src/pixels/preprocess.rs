//! A picture to a network's input: resize, crop, scale, normalise.
//!
//! The checkpoints were trained with two libraries that differ in details which move the crop by a pixel;
//! each one's rules are followed exactly for its own checkpoints. [`Preprocess`] is plain data; `predict`
//! fills it in from the checkpoint's configuration.

use std::fmt;

use image::{Rgb, RgbImage};

use super::filter::Filter;
use super::geometry::{CropMode, Geometry, Size};
use super::resize::resize_part;

/// How a picture becomes a network's input.
#[derive(Clone, Debug, PartialEq)]
pub struct Preprocess {
    /// What the crop leaves: the network's input. `None` if there is no crop: every picture has its own size.
    pub crop: Option<Size>,
    /// How the picture is resized and cropped to the square.
    pub geometry: Geometry,
    /// The resampling filter.
    pub filter: Filter,
    /// 8-bit values are first multiplied by this: 1/255, or 1 to leave them.
    pub rescale: f64,
    /// Added after `rescale`.
    pub offset: f32,
    /// Subtracted from each channel, R G B, after `rescale` and `offset`; as an f32, like `std`. The colour of a border
    /// is computed from the f64.
    pub mean: [f64; 3],
    /// Divisor of each channel, R G B, applied last.
    pub std: [f64; 3],
    /// The channels of the network's input.
    pub channels: Channels,
}

/// The channels of a network's input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channels {
    /// Red, green, blue.
    Rgb,
    /// Blue, green, red. `mean` and `std` stand in this order too: the channels are flipped before.
    Bgr,
    /// One: Pillow's `convert("L")`. The first number of `mean` and of `std` is used.
    Gray,
}

impl Channels {
    /// How many.
    pub const fn count(self) -> usize {
        match self {
            Self::Rgb | Self::Bgr => 3,
            Self::Gray => 1,
        }
    }
}

impl Preprocess {
    /// The same preprocessing for an input side of `resolution` px.
    ///
    /// The field of view, the fraction of the picture that the crop shows, is kept, so that objects scale
    /// with the input, as in training at that side. timm's `crop_pct` does so by definition; an edge of
    /// transformers is scaled by `resolution` / R, to the nearest pixel.
    #[must_use]
    pub fn at_resolution(&self, resolution: u32) -> Self {
        let geometry = self.geometry.scaled(self.resolution(), resolution);
        Self { crop: Some(Size::square(resolution)), geometry, ..self.clone() }
    }

    /// The shorter side of the input, px.
    pub fn resolution(&self) -> u32 {
        self.crop.map_or(224, Size::shorter)
    }

    /// The smallest side of a picture that need not be enlarged, px, for
    /// [`decode_at_least`](super::decode_at_least); `None` if pictures are not scaled.
    pub fn least_side(&self) -> Option<u32> {
        self.geometry.least_side(self.resolution())
    }

    /// The square that the network sees, R x R, 8-bit: all steps but the normalisation.
    ///
    /// # Panics
    /// If `picture` has no pixels.
    pub fn pixels(&self, picture: &RgbImage) -> RgbImage {
        let resolution = self.resolution();
        let side = i64::from(resolution);
        let placement = self.geometry.placement(resolution, picture.dimensions());
        // The range of the resized picture inside the square, and its offset in the square.
        let visible = |corner: i64, length: u32| {
            let range = corner.max(0) as u32..(corner + side).clamp(0, i64::from(length)) as u32;
            (range, (-corner).max(0))
        };
        let (columns, x) = visible(placement.corner.0, placement.size.0);
        let (rows, y) = visible(placement.corner.1, placement.size.1);
        let part = resize_part(picture, placement.size, columns, rows, self.filter);
        if part.dimensions() == (resolution, resolution) {
            return part;
        }
        let mut square = RgbImage::from_pixel(resolution, resolution, self.fill());
        image::imageops::replace(&mut square, &part, x, y);
        square
    }

    /// Writes `picture` as the network's input: [3, R, R], channels R G B, `(value · rescale - mean) / std`.
    ///
    /// Computed in f32 with the rounding of numpy and torch: on the same pixels, the result is theirs bit for
    /// bit.
    ///
    /// # Panics
    /// If `out` is not 3 · R · R long, or `picture` has no pixels.
    pub fn run(&self, picture: &RgbImage, out: &mut [f32]) {
        let resolution = self.resolution() as usize;
        let plane = resolution * resolution;
        assert_eq!(out.len(), 3 * plane, "[3, {resolution}, {resolution}]");
        let pixels = self.pixels(picture);
        for (channel, values) in out.chunks_exact_mut(plane).enumerate() {
            let table = self.normalisation_table(channel);
            for (value, pixel) in values.iter_mut().zip(pixels.as_raw().chunks_exact(3)) {
                *value = table[usize::from(pixel[channel])];
            }
        }
    }

    /// The normalised value of each 8-bit value. `rescale` is applied in f64, as by transformers; if it is
    /// 1/255, the product rounds to torchvision's `value / 255` in f32.
    fn normalisation_table(&self, channel: usize) -> [f32; 256] {
        let (mean, std) = (self.mean[channel] as f32, self.std[channel] as f32);
        std::array::from_fn(|value| ((value as f64 * self.rescale) as f32 + self.offset - mean) / std)
    }

    /// The colour around a picture that does not fill the square.
    fn fill(&self) -> Rgb<u8> {
        match self.geometry {
            Geometry::Timm { crop_mode: CropMode::Border, .. } => {
                Rgb(self.mean.map(|mean| (255.0 * mean).round_ties_even() as u8))
            }
            _ => Rgb([0; 3]),
        }
    }
}

/// `shortest edge 256 bilinear, centre crop 224`.
impl fmt::Display for Preprocess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.geometry.describe(f, self.resolution(), self.filter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pixels::geometry::Resize;

    const GOOGLE: Preprocess = Preprocess {
        crop: Some(Size::square(224)),
        geometry: Geometry::Transformers(Resize::ShortestEdge(256)),
        filter: Filter::Bilinear,
        rescale: 0.003_921_568_627_450_98,
        offset: 0.0,
        channels: Channels::Rgb,
        mean: [0.5; 3],
        std: [0.5; 3],
    };

    fn timm(resolution: u32, crop_pct: f64, crop_mode: CropMode) -> Preprocess {
        Preprocess {
            crop: Some(Size::square(resolution)),
            geometry: Geometry::Timm { crop_pct, crop_mode },
            ..GOOGLE
        }
    }

    #[test]
    fn another_resolution_keeps_the_field_of_view() {
        assert_eq!(GOOGLE.at_resolution(160).to_string(), "shortest edge 183 bilinear, centre crop 160");
        let timm = timm(224, 0.95, CropMode::Center);
        assert_eq!(timm.at_resolution(256).to_string(), "shortest edge 269 bilinear, centre crop 256");
    }

    /// torchvision's `value / 255` and transformers' f64 product round to the same f32.
    #[test]
    fn both_libraries_rescale_alike() {
        let plain = Preprocess { mean: [0.0; 3], std: [1.0; 3], ..GOOGLE };
        for (value, rescaled) in (0_u8..=255).zip(plain.normalisation_table(0)) {
            assert_eq!(rescaled.to_bits(), (f32::from(value) / 255.0).to_bits(), "{value}");
        }
    }

    #[test]
    fn planes_are_red_green_blue() {
        let picture = RgbImage::from_pixel(3, 5, Rgb([0, 127, 255]));
        let preprocess =
            Preprocess { mean: [0.5, 0.0, 0.0], std: [0.5, 1.0, 0.25], ..GOOGLE.at_resolution(32) };
        let mut out = vec![f32::NAN; 3 * 32 * 32];
        preprocess.run(&picture, &mut out);
        for (values, expected) in out.chunks_exact(1024).zip([-1.0_f32, 127.0 / 255.0, 4.0]) {
            assert!(values.iter().all(|value| value.to_bits() == expected.to_bits()), "{expected}");
        }
    }

    #[test]
    fn the_rest_of_the_square_is_filled() {
        let picture = RgbImage::from_pixel(4, 2, Rgb([200; 3]));
        let square = timm(5, 1.0, CropMode::Border).pixels(&picture);
        let column: Vec<u8> = (0..5).map(|y| square.get_pixel(2, y)[0]).collect();
        // 5 x 2 pixels (2.5 rounds to even) in 5 x 5; 255 · 0.5 rounds to even, 128.
        assert_eq!(column, [128, 200, 200, 128, 128]);

        let padded = Preprocess {
            crop: Some(Size::square(5)),
            geometry: Geometry::Transformers(Resize::None),
            ..GOOGLE
        };
        let column: Vec<u8> = (0..5).map(|y| padded.pixels(&picture).get_pixel(2, y)[0]).collect();
        assert_eq!(column, [0, 0, 200, 200, 0]);
    }
}
