//! The part of a picture that a network sees.

use super::oversize::Oversize;
use super::preprocess::Preprocess;
use super::size::Size;

/// A rectangle in a picture, in px. It may reach beyond the picture, where preprocessing pads it.
///
/// Coordinates count from the left and upper edge of the picture: its first pixel lies between 0 and 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Region {
    /// Its left edge.
    pub left: f64,
    /// Its upper edge.
    pub top: f64,
    /// From its left edge to its right one.
    pub width: f64,
    /// From its upper edge to its lower one.
    pub height: f64,
}

impl Preprocess {
    /// The part of a picture of this size that becomes the network's input.
    ///
    /// # Errors
    /// If the picture is so long or so high that resizing would make it too large.
    pub fn region(&self, picture: Size) -> Result<Region, Oversize> {
        let placement = self.geometry.placement(self.crop, picture)?;
        let axis = |corner: i64, input: u32, resized: u32, picture: u32| {
            let scale = f64::from(picture) / f64::from(resized);
            (corner as f64 * scale, f64::from(input) * scale)
        };
        let (corner, input, resized) = (placement.corner, placement.input, placement.resized);
        let (left, width) = axis(corner.0, input.width, resized.width, picture.width);
        let (top, height) = axis(corner.1, input.height, resized.height, picture.height);
        Ok(Region { left, top, width, height })
    }
}

impl Region {
    /// The same part of the same picture at another size.
    #[must_use]
    pub fn scaled(self, from: Size, to: Size) -> Self {
        let x = f64::from(to.width) / f64::from(from.width);
        let y = f64::from(to.height) / f64::from(from.height);
        Self { left: self.left * x, top: self.top * y, width: self.width * x, height: self.height * y }
    }
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::*;
    use crate::pixels::{Channels, CropMode, Filter, Geometry, Overrides, Resize};

    fn preprocess(crop: Option<Size>, geometry: Geometry) -> Preprocess {
        Preprocess {
            crop,
            geometry,
            filter: Filter::Bilinear,
            rescale: 1.0 / 255.0,
            offset: 0.0,
            mean: [0.0; 3],
            std: [1.0; 3],
            channels: Channels::Rgb,
        }
    }

    fn region(crop: Size, geometry: Geometry, picture: (u32, u32)) -> [f64; 4] {
        let found = preprocess(Some(crop), geometry).region(picture.into()).unwrap();
        [found.left, found.top, found.width, found.height].map(|px| (px * 1000.0).round() / 1000.0)
    }

    fn timm(crop_pct: f64, crop_mode: CropMode) -> Geometry {
        Geometry::Timm { crop_pct, crop_mode }
    }

    #[test]
    fn a_region_follows_resize_and_crop() {
        let square = Size::square(224);
        let google = Geometry::Transformers(Resize::ShortestEdge(256));
        let torchvision = Geometry::Torchvision(Resize::ShortestEdge(256));
        for (geometry, picture, expected) in [
            // The middle 224 of 256 px, in a picture of twice that size.
            (google, (512, 512), [32.0, 32.0, 448.0, 448.0]),
            // 1024 x 512: cut at the ends to the same square.
            (google, (1024, 512), [288.0, 32.0, 448.0, 448.0]),
            (torchvision, (512, 1024), [32.0, 288.0, 448.0, 448.0]),
            (timm(0.875, CropMode::Center), (1024, 512), [288.0, 32.0, 448.0, 448.0]),
            // Each axis has a scale of its own.
            (timm(0.875, CropMode::Squash), (1024, 512), [64.0, 32.0, 896.0, 448.0]),
            (
                Geometry::Torchvision(Resize::Exact { width: 224, height: 224 }),
                (300, 90),
                [0.0, 0.0, 300.0, 90.0],
            ),
            // The picture is in the middle, with a border half as high above and below.
            (timm(1.0, CropMode::Border), (448, 224), [0.0, -112.0, 448.0, 448.0]),
            // The picture is not resized, and is smaller than the crop.
            (Geometry::Transformers(Resize::None), (100, 224), [-62.0, 0.0, 224.0, 224.0]),
        ] {
            assert_eq!(region(square, geometry, picture), expected, "{geometry:?} of {picture:?}");
        }
        let wide = Size { width: 192, height: 96 };
        assert_eq!(region(wide, timm(0.75, CropMode::Center), (512, 256)), [64.0, 32.0, 384.0, 192.0]);
        assert_eq!(region(wide, timm(1.0, CropMode::Center), (100, 100)), [0.0, 25.0, 100.0, 50.0]);
    }

    #[test]
    fn without_a_crop_a_region_is_the_whole_picture() {
        let whole = preprocess(None, Geometry::Transformers(Resize::ShortestEdge(40)));
        let region = whole.region((61, 80).into()).unwrap();
        assert_eq!(region, Region { left: 0.0, top: 0.0, width: 61.0, height: 80.0 });
    }

    #[test]
    fn a_resolution_and_a_crop_that_are_asked_for_count() {
        let usual = preprocess(Some(Size::square(224)), timm(0.875, CropMode::Center));
        let asked = Overrides { resolution: Some(112), crop_pct: Some(1.0), ..Overrides::default() };
        let region = usual.with(&asked).unwrap().region((400, 200).into()).unwrap();
        assert_eq!(region, Region { left: 100.0, top: 0.0, width: 200.0, height: 200.0 });
    }

    /// A white dot is where the region says, in every geometry.
    #[test]
    fn a_region_says_where_pixels_are_from() {
        for geometry in [
            Geometry::Transformers(Resize::ShortestEdge(40)),
            Geometry::Torchvision(Resize::Exact { width: 60, height: 36 }),
            timm(0.8, CropMode::Center),
            timm(0.9, CropMode::Squash),
            timm(1.0, CropMode::Border),
        ] {
            let preprocess = preprocess(Some(Size { width: 36, height: 32 }), geometry);
            let mut picture = RgbImage::new(240, 160);
            let (x, y) = (110, 60);
            for (dx, dy) in (0..12).flat_map(|dx| (0..12).map(move |dy| (dx, dy))) {
                picture.put_pixel(x + dx, y + dy, Rgb([255; 3]));
            }
            let region = preprocess.region((240, 160).into()).unwrap();
            let seen = preprocess.pixels(&picture).unwrap();
            // The centre of brightness of the dot: subtract a picture without a dot, which may have a border.
            let empty = preprocess.pixels(&RgbImage::new(240, 160)).unwrap();
            let (mut sum, mut at) = (0.0, (0.0, 0.0));
            for ((column, row, pixel), before) in seen.enumerate_pixels().zip(empty.pixels()) {
                let level = f64::from(pixel[0].abs_diff(before[0]));
                sum += level;
                at.0 += level * (f64::from(column) + 0.5);
                at.1 += level * (f64::from(row) + 0.5);
            }
            let found = (
                region.left + at.0 / sum / 36.0 * region.width,
                region.top + at.1 / sum / 32.0 * region.height,
            );
            let error = (found.0 - f64::from(x) - 6.0).abs().max((found.1 - f64::from(y) - 6.0).abs());
            assert!(error < 0.6, "{geometry:?}: the dot is at {found:?}");
        }
    }

    #[test]
    fn a_region_scales_with_its_picture() {
        let region = Region { left: -1.0, top: 2.0, width: 10.0, height: 20.0 };
        let scaled = region.scaled(Size { width: 10, height: 20 }, Size { width: 20, height: 60 });
        assert_eq!(scaled, Region { left: -2.0, top: 6.0, width: 20.0, height: 60.0 });
    }
}
