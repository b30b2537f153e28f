//! A picture to a network's input: resize, crop, scale, normalise.
//!
//! The checkpoints were trained with three libraries that differ in details which move the crop by a pixel;
//! each one's rules are followed exactly for its own checkpoints. [`Preprocess`] is plain data; `predict`
//! fills it in from the checkpoint's configuration.

use std::borrow::Cow;

use image::{Rgb, RgbImage};

use super::channels::{Channels, gray};
use super::filter::Filter;
use super::geometry::{CropMode, Geometry};
use super::oversize::Oversize;
use super::resize::resize_part;
use super::size::Size;

/// How a picture becomes a network's input.
#[derive(Clone, Debug, PartialEq)]
pub struct Preprocess {
    /// What the crop leaves: the network's input. `None` if there is no crop: every picture has its own size. timm's
    /// geometry has one.
    pub crop: Option<Size>,
    /// How the picture is resized and cropped.
    pub geometry: Geometry,
    /// The resampling filter.
    pub filter: Filter,
    /// 8-bit values are first multiplied by this: 1/255, or 1 to leave them.
    pub rescale: f64,
    /// Added after `rescale`.
    pub offset: f32,
    /// Subtracted from each channel, in the order of `channels`, after `rescale` and `offset`; as an f32, like `std`.
    /// The colour of a border is computed from the f64.
    pub mean: [f64; 3],
    /// Divisor of each channel, in the order of `channels`, applied last.
    pub std: [f64; 3],
    /// The channels of the network's input.
    pub channels: Channels,
}

/// A picture as a network's input.
#[derive(Clone, Debug, PartialEq)]
pub struct Planes {
    /// Width and height, px.
    pub size: Size,
    /// `[C, H, W]`, normalised.
    pub values: Vec<f32>,
}

impl Preprocess {
    /// What the network sees, 8-bit: all steps but the normalisation and the order of the channels.
    ///
    /// # Errors
    /// If the picture is so long or so high that it would become too large.
    ///
    /// # Panics
    /// If `picture` has no pixels.
    pub fn pixels(&self, picture: &RgbImage) -> Result<RgbImage, Oversize> {
        let placement = self.geometry.placement(self.crop, picture.dimensions().into())?;
        let picture = match self.channels {
            Channels::Gray => Cow::Owned(gray(picture)),
            Channels::Rgb | Channels::Bgr => Cow::Borrowed(picture),
        };
        let (resized, input) = (placement.resized, placement.input);
        // The range of the resized picture inside the input, and its offset there.
        let visible = |corner: i64, length: u32, side: u32| {
            let end = (corner + i64::from(side)).clamp(0, i64::from(length));
            (corner.max(0) as u32..end as u32, (-corner).max(0))
        };
        let (columns, x) = visible(placement.corner.0, resized.width, input.width);
        let (rows, y) = visible(placement.corner.1, resized.height, input.height);
        let part = resize_part(&picture, resized, columns, rows, self.filter);
        if part.dimensions() == (input.width, input.height) {
            return Ok(part);
        }
        let mut filled = RgbImage::from_pixel(input.width, input.height, self.fill());
        image::imageops::replace(&mut filled, &part, x, y);
        Ok(filled)
    }

    /// `picture` as the network's input: `(value · rescale + offset - mean) / std`.
    ///
    /// Computed in f32 with the rounding of numpy and torch: on the same pixels, the result is theirs bit for
    /// bit.
    ///
    /// # Errors
    /// As [`pixels`](Self::pixels).
    ///
    /// # Panics
    /// If `picture` has no pixels.
    pub fn run(&self, picture: &RgbImage) -> Result<Planes, Oversize> {
        let pixels = self.pixels(picture)?;
        let mut values = Vec::with_capacity(self.channels.count() * pixels.len() / 3);
        for (channel, source) in self.channels.sources().iter().enumerate() {
            let table = self.normalisation_table(channel);
            values.extend(pixels.as_raw().chunks_exact(3).map(|pixel| table[usize::from(pixel[*source])]));
        }
        Ok(Planes { size: pixels.dimensions().into(), values })
    }

    /// The normalised value of each 8-bit value. `rescale` is applied in f64, as by transformers; if it is
    /// 1/255, the product rounds to torchvision's `value / 255` in f32.
    fn normalisation_table(&self, channel: usize) -> [f32; 256] {
        let (mean, std) = (self.mean[channel] as f32, self.std[channel] as f32);
        std::array::from_fn(|value| ((value as f64 * self.rescale) as f32 + self.offset - mean) / std)
    }

    /// The colour around a picture that does not fill the input.
    fn fill(&self) -> Rgb<u8> {
        let Geometry::Timm { crop_mode: CropMode::Border, .. } = self.geometry else {
            return Rgb([0; 3]);
        };
        let level = |channel: usize| (255.0 * self.mean[channel]).round_ties_even() as u8;
        Rgb(match self.channels {
            Channels::Rgb => [0, 1, 2].map(level),
            Channels::Bgr => [2, 1, 0].map(level),
            Channels::Gray => [0; 3].map(level),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pixels::size::Resize;

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

    /// torchvision's `value / 255` and transformers' f64 product round to the same f32.
    #[test]
    fn both_libraries_rescale_alike() {
        let plain = Preprocess { mean: [0.0; 3], std: [1.0; 3], ..GOOGLE };
        for (value, rescaled) in (0_u8..=255).zip(plain.normalisation_table(0)) {
            assert_eq!(rescaled.to_bits(), (f32::from(value) / 255.0).to_bits(), "{value}");
        }
    }

    #[test]
    fn planes_are_in_the_order_of_the_channels() {
        let picture = RgbImage::from_pixel(3, 5, Rgb([0, 127, 255]));
        let preprocess =
            Preprocess { mean: [0.5, 0.0, 0.0], std: [0.5, 1.0, 0.25], ..GOOGLE.at_resolution(32) };
        for (channels, expected) in [
            (Channels::Rgb, vec![-1.0_f32, 127.0 / 255.0, 4.0]),
            (Channels::Bgr, vec![1.0, 127.0 / 255.0, 0.0]),
            // Pillow's gray of this colour is 104.
            (Channels::Gray, vec![(104.0 / 255.0 - 0.5) / 0.5]),
        ] {
            let planes = Preprocess { channels, ..preprocess.clone() }.run(&picture).unwrap();
            assert_eq!((planes.size, planes.values.len()), (Size::square(32), 1024 * channels.count()));
            for (values, expected) in planes.values.chunks_exact(1024).zip(expected) {
                let all = values.iter().all(|value| value.to_bits() == expected.to_bits());
                assert!(all, "{channels:?}: {} instead of {expected}", values[0]);
            }
        }
    }

    fn column(preprocess: &Preprocess) -> Vec<[u8; 3]> {
        let pixels = preprocess.pixels(&RgbImage::from_pixel(4, 2, Rgb([200; 3]))).unwrap();
        pixels.rows().map(|mut row| row.nth(2).unwrap().0).collect()
    }

    #[test]
    fn the_rest_of_the_square_is_filled() {
        // 5 x 2 pixels (2.5 rounds to even) in 5 x 5; 255 · 0.5 rounds to even, 128.
        let border = timm(5, 1.0, CropMode::Border);
        assert_eq!(column(&border), [128, 200, 200, 128, 128].map(|level| [level; 3]));

        let padded = Preprocess {
            crop: Some(Size::square(5)),
            geometry: Geometry::Transformers(Resize::None),
            ..GOOGLE
        };
        assert_eq!(column(&padded), [0, 0, 200, 200, 0].map(|level| [level; 3]));
    }

    /// The levels are Python's `round(255 * mean)`; with means rounded to f32 first, two would be 77 and 229.
    #[test]
    fn a_border_has_the_mean_colour_of_the_configuration() {
        let border = Preprocess { mean: [0.3, 0.9, 0.1], ..timm(5, 1.0, CropMode::Border) };
        let fill = |channels| column(&Preprocess { channels, ..border.clone() })[0];
        assert_eq!(fill(Channels::Rgb), [76, 230, 26]);
        assert_eq!(fill(Channels::Bgr), [26, 230, 76]);
        assert_eq!(fill(Channels::Gray), [76; 3]);
    }

    #[test]
    fn a_picture_without_a_crop_keeps_its_aspect() {
        let whole =
            Preprocess { crop: None, geometry: Geometry::Transformers(Resize::ShortestEdge(40)), ..GOOGLE };
        let planes = |width, height| whole.run(&RgbImage::new(width, height)).unwrap();
        assert_eq!(planes(60, 80).size, Size { width: 40, height: 53 });
        assert_eq!(planes(80, 60).values.len(), 3 * 53 * 40);
        assert!(whole.run(&RgbImage::new(8000, 20)).is_err());
    }
}
