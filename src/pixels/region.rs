//! Which part of a picture a network sees.

use super::oversize::Oversize;
use super::preprocess::Preprocess;
use super::size::Size;

/// A rectangle on a picture, px. It may reach beyond the picture, where its preprocessing pads it.
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
    /// If the picture is so long or so high that it would become too large.
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
    /// The same part of the picture at another size.
    #[must_use]
    pub fn scaled(self, from: Size, to: Size) -> Self {
        let x = f64::from(to.width) / f64::from(from.width);
        let y = f64::from(to.height) / f64::from(from.height);
        Self { left: self.left * x, top: self.top * y, width: self.width * x, height: self.height * y }
    }
}
