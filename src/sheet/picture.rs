//! A picture of a sheet, shrunk and compressed.

use std::fmt;

use base64::display::Base64Display;
use base64::engine::general_purpose::STANDARD;
use image::RgbImage;
use libjpeg_turbo_rs::{PixelFormat, Subsampling, compress};

use crate::pixels::{Filter, Size, resize};

/// High enough for photos with heat maps: at 85, their edges show no rings.
const QUALITY: u8 = 85;

/// The longest side that a JPEG may have.
const LONGEST: u32 = 65_535;

/// A picture as a JPEG file.
#[derive(Clone)]
pub struct Picture {
    jpeg: Vec<u8>,
    size: Size,
}

impl Picture {
    /// Compresses `picture`, after shrinking it if it is wider or higher than `most`. Small pictures are not enlarged.
    ///
    /// # Panics
    /// If the picture has no pixels.
    pub fn fitted(picture: &RgbImage, most: Size) -> Self {
        let whole = Size::from(picture.dimensions());
        let most = Size { width: most.width.min(LONGEST), height: most.height.min(LONGEST) };
        let size = whole.within(most);
        if size == whole {
            return Self::of(picture);
        }
        Self::of(&resize(picture, size, Filter::Lanczos))
    }

    fn of(picture: &RgbImage) -> Self {
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let jpeg = compress(picture.as_raw(), width, height, PixelFormat::Rgb, QUALITY, Subsampling::S420);
        let jpeg = jpeg.expect("its sides are those that a JPEG may have");
        Self { jpeg, size: picture.dimensions().into() }
    }

    /// Width and height, px.
    pub fn size(&self) -> Size {
        self.size
    }

    /// The picture as the `src` of an `img` element.
    pub(super) fn data_uri(&self) -> impl fmt::Display {
        let data = Base64Display::new(&self.jpeg, &STANDARD);
        fmt::from_fn(move |f| write!(f, "data:image/jpeg;base64,{data}"))
    }
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Picture({}, {} bytes)", self.size, self.jpeg.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pixels::{DecodeOptions, decode};

    #[test]
    fn a_picture_is_shrunk_to_fit_and_never_enlarged() {
        for (size, most, expected) in [
            ((640, 480), (320, 320), (320, 240)),
            ((480, 640), (320, 320), (240, 320)),
            ((3, 5), (320, 320), (3, 5)),
            ((9000, 2), (300, 300), (300, 1)),
            ((1, 4000), (10, 10), (1, 10)),
        ] {
            let picture = Picture::fitted(&RgbImage::new(size.0, size.1), most.into());
            assert_eq!(picture.size(), expected.into(), "{size:?}");
        }
    }

    #[test]
    fn it_shows_what_the_photo_shows() {
        let photo =
            RgbImage::from_fn(64, 32, |x, _| image::Rgb(if x < 32 { [200, 30, 40] } else { [10, 90, 220] }));
        let picture = Picture::fitted(&photo, (32, 32).into());
        let shown = decode(&picture.jpeg, &DecodeOptions::default()).unwrap();
        assert_eq!(shown.dimensions(), (32, 16));
        for (at, colour) in [((4, 8), [200, 30, 40]), ((28, 8), [10, 90, 220])] {
            let pixel = shown.get_pixel(at.0, at.1).0;
            let differs = (0..3).map(|channel| pixel[channel].abs_diff(colour[channel])).max();
            assert!(differs.unwrap() < 6, "{pixel:?} for {colour:?}");
        }
    }
}
