//! Which part of a picture a network sees: the resize and crop rules of transformers and timm.

use std::fmt;

use super::filter::Filter;

/// Width and height, px.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

impl Size {
    /// As many rows as columns.
    pub const fn square(side: u32) -> Self {
        Self { width: side, height: side }
    }

    /// The shorter side.
    pub fn shorter(self) -> u32 {
        self.width.min(self.height)
    }
}

/// `224`, or `192 x 256`: width first.
impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { width, height } = self;
        if width == height { width.fmt(f) } else { write!(f, "{width} x {height}") }
    }
}

/// A library's rule for size and crop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Geometry {
    /// transformers 5.23, `image_transforms.py`: `get_resize_output_image_size`, then `center_crop` to R with
    /// its corner at floor((side - R) / 2), padded with zeros where the picture is smaller. If the
    /// configuration has `do_center_crop` false, the resize must be [`Resize::Exact`] to R x R.
    Transformers(Resize),
    /// torchvision 0.29's `Resize` and `CenterCrop`: as above, but the corner is at round((side - R) / 2), half to even.
    Torchvision(Resize),
    /// timm 1.0.31, `transforms_imagenet_eval`, which calls torchvision 0.29's `Resize` and `CenterCrop`: the
    /// corner is at round((side - R) / 2), half to even.
    Timm {
        /// The fraction of the resized side that the crop keeps, 0 to 1.
        crop_pct: f64,
        /// Which edge is resized to R / `crop_pct`, rounded down.
        crop_mode: CropMode,
    },
}

/// transformers' `size`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resize {
    /// `do_resize` false.
    None,
    /// `{"shortest_edge": px}`; the other edge becomes px · long / short, truncated.
    ShortestEdge(u32),
    /// `{"height": px, "width": px}`, regardless of the picture's aspect ratio.
    Exact {
        /// Width, px.
        width: u32,
        /// Height, px.
        height: u32,
    },
}

impl Resize {
    /// With each side replaced by what `scaled` makes of it.
    fn map(self, scaled: impl Fn(u32) -> u32) -> Self {
        match self {
            Self::None => self,
            Self::ShortestEdge(edge) => Self::ShortestEdge(scaled(edge)),
            Self::Exact { width, height } => Self::Exact { width: scaled(width), height: scaled(height) },
        }
    }

    /// The size of a resized picture of `width` x `height`.
    fn size(self, width: u32, height: u32) -> (u32, u32) {
        match self {
            Self::None => (width, height),
            Self::ShortestEdge(edge) => shortest_edge(width, height, edge),
            Self::Exact { width, height } => (width, height),
        }
    }
}

/// timm's `crop_mode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CropMode {
    /// The shorter edge; the ends of the picture are cropped.
    Center,
    /// Both edges; the picture is distorted.
    Squash,
    /// The longer edge; the rest is filled with the mean colour.
    Border,
}

/// The size of the resized picture, and the place of the R x R crop on it.
pub(super) struct Placement {
    /// Width and height of the resized picture.
    pub(super) size: (u32, u32),
    /// Left and top of the crop; negative where it starts outside the picture.
    pub(super) corner: (i64, i64),
}

impl Geometry {
    /// The same field of view for an input side of `to` px instead of `from`.
    pub(super) fn scaled(self, from: u32, to: u32) -> Self {
        let scaled = |edge: u32| (f64::from(edge) * f64::from(to) / f64::from(from)).round().max(1.0) as u32;
        match self {
            Self::Transformers(resize) => Self::Transformers(resize.map(scaled)),
            Self::Torchvision(resize) => Self::Torchvision(resize.map(scaled)),
            Self::Timm { .. } => self,
        }
    }

    /// The placement for a picture of `width` x `height` and an input of `resolution` px.
    pub(super) fn placement(self, resolution: u32, (width, height): (u32, u32)) -> Placement {
        let size = match self {
            Self::Transformers(resize) | Self::Torchvision(resize) => resize.size(width, height),
            Self::Timm { crop_pct, crop_mode } => {
                let edge = timm_edge(resolution, crop_pct);
                match crop_mode {
                    CropMode::Center => shortest_edge(width, height, edge),
                    CropMode::Squash => (edge, edge),
                    CropMode::Border => longest_edge(width, height, edge),
                }
            }
        };
        let corner = |length: u32| {
            let spare = i64::from(length) - i64::from(resolution);
            match self {
                // If the picture is smaller, an odd pixel of padding goes before it.
                Self::Transformers(_) => spare.div_euclid(2),
                // Here an odd pixel of padding goes after it.
                _ if spare < 0 => spare / 2,
                _ => (spare as f64 / 2.0).round_ties_even() as i64,
            }
        };
        Placement { size, corner: (corner(size.0), corner(size.1)) }
    }

    /// The side below which a picture is enlarged, px; `None` if it is never scaled.
    pub(super) fn least_side(self, resolution: u32) -> Option<u32> {
        match self {
            Self::Transformers(resize) | Self::Torchvision(resize) => match resize {
                Resize::None => None,
                Resize::ShortestEdge(edge) => Some(edge),
                Resize::Exact { width, height } => Some(width.max(height)),
            },
            Self::Timm { crop_pct, .. } => Some(timm_edge(resolution, crop_pct)),
        }
    }

    /// `shortest edge 256 bilinear, centre crop 224`.
    pub(super) fn describe(self, f: &mut fmt::Formatter<'_>, resolution: u32, filter: Filter) -> fmt::Result {
        let (edge, mode) = match self {
            Self::Transformers(resize) | Self::Torchvision(resize) => match resize {
                Resize::None => return write!(f, "centre crop {resolution}"),
                Resize::Exact { width, height } => {
                    return write!(f, "{width} x {height} {filter}, centre crop {resolution}");
                }
                Resize::ShortestEdge(edge) => (edge, CropMode::Center),
            },
            Self::Timm { crop_pct, crop_mode } => (timm_edge(resolution, crop_pct), crop_mode),
        };
        match mode {
            CropMode::Center => write!(f, "shortest edge {edge} {filter}, centre crop {resolution}"),
            CropMode::Squash => write!(f, "{edge} x {edge} {filter}, centre crop {resolution}"),
            CropMode::Border => write!(f, "longest edge {edge} {filter}, bordered to {resolution}"),
        }
    }
}

/// timm's size of the resized edge: `math.floor(img_size / crop_pct)`.
fn timm_edge(resolution: u32, crop_pct: f64) -> u32 {
    ((f64::from(resolution) / crop_pct).floor() as u32).max(1)
}

/// The shorter edge becomes `edge`, the other `int(edge * long / short)`: the rule of both libraries.
fn shortest_edge(width: u32, height: u32, edge: u32) -> (u32, u32) {
    let other = |long: u32, short: u32| (u64::from(edge) * u64::from(long) / u64::from(short)) as u32;
    if width <= height { (edge, other(height, width)) } else { (other(width, height), edge) }
}

/// The longer edge becomes `edge`, the other is rounded: timm's `ResizeKeepRatio(longest=1.0)`.
fn longest_edge(width: u32, height: u32, edge: u32) -> (u32, u32) {
    let ratio = f64::from(width.max(height)) / f64::from(edge);
    let scaled = |length: u32| ((f64::from(length) / ratio).round_ties_even() as u32).max(1);
    (scaled(width), scaled(height))
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
        ] {
            let placement = geometry.placement(224, picture);
            assert_eq!((placement.size, placement.corner), (size, corner), "{geometry:?} of {picture:?}");
        }
    }

    #[test]
    fn a_sliver_keeps_a_pixel() {
        assert_eq!(timm(1.0, CropMode::Border).placement(224, (10_000, 1)).size, (224, 1));
        assert_eq!(timm(1.0, CropMode::Center).placement(224, (65_535, 1)).size, (14_679_840, 224));
    }

    #[test]
    fn edges_scale_to_the_nearest_pixel() {
        for (to, edge) in [(224, 256), (160, 183), (96, 110), (448, 512)] {
            let scaled = Geometry::Transformers(Resize::ShortestEdge(256)).scaled(224, to);
            assert_eq!(scaled, Geometry::Transformers(Resize::ShortestEdge(edge)), "{to}");
        }
    }
}
