//! Which part of a picture a network sees: the resize and crop rules of transformers, torchvision and timm.

use super::oversize::Oversize;
use super::size::{Resize, Size};

/// The longest side of a network's input, px. Above it one picture takes gigabytes.
pub const MAX_SIDE: u32 = 4096;

/// The longest side of a resized picture, px, of which the crop is computed: Pillow's limit too.
const MAX_RESIZED_SIDE: u32 = i32::MAX as u32;

/// A library's rule for size and crop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Geometry {
    /// transformers 5.23, `image_transforms.py`: `get_resize_output_image_size`, then `center_crop` with its corner at
    /// floor((side - crop) / 2), padded with zeros where the picture is smaller. This is the PIL backend; the torchvision
    /// backend places the odd pixel of padding as torchvision does.
    Transformers(Resize),
    /// torchvision 0.29's `Resize` and `CenterCrop`: as above, but the corner is at round((side - crop) / 2), half to
    /// even, and of an odd number of padded pixels one more goes after the picture, not before it.
    Torchvision(Resize),
    /// timm 1.0.31, `transforms_imagenet_eval`, which crops as torchvision. The rule has a crop, by which it resizes.
    Timm {
        /// The fraction of the resized side that the crop keeps.
        crop_pct: f64,
        /// Which edge is resized to the crop's / `crop_pct`, rounded down.
        crop_mode: CropMode,
    },
}

/// timm's `crop_mode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CropMode {
    /// The picture covers the crop; its ends are cut off.
    Center,
    /// Both edges; the picture is distorted.
    Squash,
    /// The picture lies within the crop; the rest is filled with the mean colour.
    Border,
}

/// Where the parts of a picture go.
#[derive(Debug, PartialEq)]
pub(super) struct Placement {
    /// The resized picture.
    pub(super) resized: Size,
    /// The network's input.
    pub(super) input: Size,
    /// Left and top of the input on the resized picture; negative where it starts outside.
    pub(super) corner: (i64, i64),
}

impl Geometry {
    /// The same field of view with each side of the crop replaced by what `side` makes of it.
    pub(super) fn map(self, side: impl Fn(u32) -> u32) -> Self {
        match self {
            Self::Transformers(resize) => Self::Transformers(resize.map(side)),
            Self::Torchvision(resize) => Self::Torchvision(resize.map(side)),
            Self::Timm { .. } => self,
        }
    }

    /// The same library's crop after `resize`. timm's is torchvision's.
    pub(super) fn after(self, resize: Resize) -> Self {
        match self {
            Self::Transformers(_) => Self::Transformers(resize),
            Self::Torchvision(_) | Self::Timm { .. } => Self::Torchvision(resize),
        }
    }

    /// The placement of `picture` on an input of the size `crop`, or of the resized picture if there is no crop.
    pub(super) fn placement(self, crop: Option<Size>, picture: Size) -> Result<Placement, Oversize> {
        let (width, height) = match self {
            Self::Transformers(resize) | Self::Torchvision(resize) => resize.resized(picture),
            Self::Timm { crop_pct, crop_mode } => {
                let scale = timm_scale(crop.unwrap_or(picture), crop_pct);
                match crop_mode {
                    CropMode::Center if scale.width == scale.height => {
                        Resize::ShortestEdge(scale.width).resized(picture)
                    }
                    CropMode::Center => keep_ratio(picture, scale, f64::min),
                    CropMode::Squash => (scale.width.into(), scale.height.into()),
                    CropMode::Border => keep_ratio(picture, scale, f64::max),
                }
            }
        };
        let limit = if crop.is_some() { MAX_RESIZED_SIDE } else { MAX_SIDE };
        if width.max(height) > limit.into() {
            return Err(Oversize { width, height, limit });
        }
        let resized = Size { width: width as u32, height: height as u32 };
        let input = crop.unwrap_or(resized);
        let corner = (self.corner(resized.width, input.width), self.corner(resized.height, input.height));
        Ok(Placement { resized, input, corner })
    }

    /// Where a crop of `crop` px starts on a side of `length` px.
    fn corner(self, length: u32, crop: u32) -> i64 {
        let spare = i64::from(length) - i64::from(crop);
        match self {
            // If the picture is smaller, an odd pixel of padding goes before it.
            Self::Transformers(_) => spare.div_euclid(2),
            // Here an odd pixel of padding goes after it.
            _ if spare < 0 => spare / 2,
            _ => (spare as f64 / 2.0).round_ties_even() as i64,
        }
    }

    /// The size of the smallest picture that is not enlarged; `None` if pictures are not scaled.
    pub(super) fn least(self, crop: Option<Size>) -> Option<Size> {
        match self {
            Self::Transformers(resize) | Self::Torchvision(resize) => resize.least(),
            Self::Timm { crop_pct, .. } => crop.map(|crop| timm_scale(crop, crop_pct)),
        }
    }
}

/// What timm resizes to: `math.floor(x / crop_pct)` of each side.
fn timm_scale(crop: Size, crop_pct: f64) -> Size {
    crop.map(|side| ((f64::from(side) / crop_pct).floor() as u32).max(1))
}

/// timm's `ResizeKeepRatio`: the ratio of one side, the smaller or the larger, is that of both. Rounds half to even.
fn keep_ratio(picture: Size, to: Size, choose: fn(f64, f64) -> f64) -> (u64, u64) {
    let ratio = choose(
        f64::from(picture.height) / f64::from(to.height),
        f64::from(picture.width) / f64::from(to.width),
    );
    let scaled = |length: u32| ((f64::from(length) / ratio).round_ties_even() as u64).max(1);
    (scaled(picture.width), scaled(picture.height))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timm(crop_pct: f64, crop_mode: CropMode) -> Geometry {
        Geometry::Timm { crop_pct, crop_mode }
    }

    /// Expected values are from the libraries' own functions, R = 224.
    #[test]
    fn crops_are_placed_as_by_the_libraries() {
        let google = Geometry::Transformers(Resize::ShortestEdge(256));
        for (geometry, picture, size, corner) in [
            (google, (512, 343), (382, 256), (79, 16)),
            (google, (512, 929), (256, 464), (16, 120)),
            (google, (303, 256), (303, 256), (39, 16)),
            (timm(0.875, CropMode::Center), (303, 256), (303, 256), (40, 16)),
            (timm(0.875, CropMode::Center), (301, 256), (301, 256), (38, 16)),
            (timm(0.95, CropMode::Center), (1000, 1000), (235, 235), (6, 6)),
            (timm(0.95, CropMode::Squash), (1000, 500), (235, 235), (6, 6)),
            (timm(1.0, CropMode::Border), (1000, 333), (224, 75), (0, -74)),
            (Geometry::Transformers(Resize::None), (224, 75), (224, 75), (0, -75)),
            (Geometry::Torchvision(Resize::None), (224, 75), (224, 75), (0, -74)),
        ] {
            let placement = geometry.placement(Some(Size::square(224)), picture.into()).unwrap();
            let expected = Placement { resized: size.into(), input: Size::square(224), corner };
            assert_eq!(placement, expected, "{geometry:?} of {picture:?}");
        }
    }

    #[test]
    fn a_sliver_keeps_a_pixel() {
        let resized = |crop_mode, picture: (u32, u32)| {
            let placement = timm(1.0, crop_mode).placement(Some(Size::square(224)), picture.into());
            placement.unwrap().resized
        };
        assert_eq!(resized(CropMode::Border, (10_000, 1)), (224, 1).into());
        assert_eq!(resized(CropMode::Center, (65_535, 1)), (14_679_840, 224).into());
    }

    #[test]
    fn slivers_that_would_get_too_large_are_refused() {
        let sliver = Size { width: 16_777_216, height: 1 };
        let (square, wide) = (Size::square(256), Size { width: 256, height: 192 });
        for (geometry, crop) in [
            (Geometry::Transformers(Resize::ShortestEdge(256)), square),
            (Geometry::Torchvision(Resize::ShortestEdge(256)), square),
            (timm(1.0, CropMode::Center), square),
            (timm(0.75, CropMode::Center), wide),
        ] {
            let error = geometry.placement(Some(crop), sliver).unwrap_err();
            let expected =
                "resized for the network it would be 4294967296 x 256 px; a side may have at most 2147483647";
            assert_eq!(error.to_string(), expected, "{geometry:?}");
        }
        let whole = Geometry::Transformers(Resize::ShortestEdge(224));
        let error = whole.placement(None, Size { width: 10, height: 10_000 }).unwrap_err();
        assert_eq!(error, Oversize { width: 224, height: 224_000, limit: MAX_SIDE });
        assert!(Geometry::Transformers(Resize::None).placement(None, Size::square(MAX_SIDE + 1)).is_err());
    }
}
