//! Which channels a network reads.

use image::{Rgb, RgbImage};

/// The channels of a network's input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channels {
    /// Red, green, blue.
    Rgb,
    /// Blue, green, red: `do_flip_channel_order` of transformers 5.23. Of its image processors for classification only
    /// `MobileViT`'s has it, which flips last and does not normalise. `mean` and `std` are in the order of the input:
    /// blue first.
    Bgr,
    /// One: Pillow's `convert("L")` of the picture before it is resized. The first number of `mean` and of `std` is
    /// used.
    Gray,
}

impl Channels {
    /// How many.
    pub const fn count(self) -> usize {
        self.sources().len()
    }

    /// For each channel of the input, the channel of an RGB picture that it is read from.
    pub(super) const fn sources(self) -> &'static [usize] {
        match self {
            Self::Rgb => &[0, 1, 2],
            Self::Bgr => &[2, 1, 0],
            Self::Gray => &[0],
        }
    }
}

/// `picture` in gray, in all three channels: Pillow's `convert("L")`, with its fixed-point weights of ITU-R 601.
pub(super) fn gray(picture: &RgbImage) -> RgbImage {
    let mut gray = picture.clone();
    for Rgb(pixel) in gray.pixels_mut() {
        let [r, g, b] = pixel.map(u32::from);
        *pixel = [((r * 19_595 + g * 38_470 + b * 7_471 + 0x8000) >> 16) as u8; 3];
    }
    gray
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Expected values are Pillow's.
    #[test]
    fn gray_is_pillows() {
        for (colour, expected) in [
            ([255, 0, 0], 76),
            ([0, 255, 0], 150),
            ([0, 0, 255], 29),
            ([12, 200, 99], 132),
            ([1, 1, 1], 1),
            ([255, 255, 255], 255),
        ] {
            let found = gray(&RgbImage::from_pixel(1, 1, Rgb(colour)));
            assert_eq!(found.get_pixel(0, 0).0, [expected; 3], "{colour:?}");
        }
    }
}
