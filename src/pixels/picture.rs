//! A decoded picture, as stored in the file and turned upright.

use image::metadata::Orientation;
use image::{DynamicImage, RgbImage};

/// A decoded picture as it is stored in the file.
pub(super) struct Decoded {
    /// The pixels; of a JPEG possibly at a fraction of its size.
    pub(super) image: RgbImage,
    /// Width and height of the whole picture, px.
    pub(super) size: (u32, u32),
    pub(super) orientation: Orientation,
    /// What is wrong with the file, if it was decoded nevertheless.
    pub(super) damage: Option<String>,
}

/// A picture that may be smaller than the one in the file.
#[derive(Debug)]
pub struct Draft {
    /// The picture, upright.
    pub image: RgbImage,
    /// Width of the whole picture, upright, px.
    pub width: u32,
    /// Height of the whole picture, upright, px.
    pub height: u32,
    /// What is wrong with the file. Only [`DecodeOptions::salvage`](super::DecodeOptions::salvage) returns the
    /// picture of such a file; parts of it may be gray or shifted.
    pub damage: Option<String>,
}

impl Decoded {
    /// A picture of an undamaged file.
    pub(super) fn new(image: RgbImage, size: (u32, u32), orientation: Orientation) -> Self {
        Self { image, size, orientation, damage: None }
    }

    /// The picture as stored.
    pub(super) fn unturned(self) -> Draft {
        let (width, height) = self.size;
        Draft { image: self.image, width, height, damage: self.damage }
    }

    /// The picture turned and mirrored as its orientation says.
    pub(super) fn upright(self) -> Draft {
        if self.orientation == Orientation::NoTransforms {
            return self.unturned();
        }
        let mut image = DynamicImage::ImageRgb8(self.image);
        image.apply_orientation(self.orientation);
        let (width, height) = match self.orientation {
            Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH => (self.size.1, self.size.0),
            _ => self.size,
        };
        Draft { image: image.into_rgb8(), width, height, damage: self.damage }
    }
}
