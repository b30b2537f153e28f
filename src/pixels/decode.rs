//! Bytes of a picture file to upright RGB.
//!
//! The result is that of Pillow's `exif_transpose` and `convert("RGB")`: alpha is dropped, not blended; a
//! palette's transparent colour keeps its colour; gray is repeated; ICC profiles are ignored; an animation
//! gives its first frame, on its canvas.
//!
//! One exception: 16-bit gray is scaled, its high byte kept, as Pillow does with 16-bit colour. Pillow clips gray at
//! 255, so that all but the darkest of its 65 536 levels become white and nothing is left to recognise. A file that uses
//! 12 of its 16 bits comes out dark: nothing in it says so.

use std::cell::Cell;

use image::RgbImage;

use super::budget::{Budget, DecodeOptions};
use super::error::DecodeError;
use super::formats::PictureFormat;
use super::job::{Job, Needs};
use super::picture::Draft;
use super::sniff::sniff;
use crate::guard;

/// The picture in `bytes`, upright, 8-bit RGB. Width and height are at least 1.
///
/// The format is detected by content: JPEG, PNG, GIF, WebP, BMP, TIFF, PNM, PFM, QOI, TGA and ICO are read.
///
/// # Errors
/// [`DecodeError`]: not a picture, not a supported one, too large, cut off or damaged.
pub fn decode(bytes: &[u8], options: &DecodeOptions) -> Result<RgbImage, DecodeError> {
    decode_at_least(bytes, options, None).map(|draft| draft.image)
}

/// As [`decode`], but a JPEG is decoded at 1/2, 1/4 or 1/8 of its size: the smallest at which both sides keep
/// `min_side` px. This is Pillow's `Image.draft("RGB", (min_side, min_side))`. It saves the transform of the
/// coefficients that are left out; the picture is averaged over blocks before it is resampled. JPEGs of kinds that
/// hardly occur, such as CMYK with subsampled components, are decoded at full size.
///
/// # Errors
/// As [`decode`].
pub fn decode_at_least(
    bytes: &[u8],
    options: &DecodeOptions,
    min_side: Option<u32>,
) -> Result<Draft, DecodeError> {
    guarded(bytes, options, min_side, |format, job| {
        let decoded = (format.decode)(job)?;
        Ok(if options.orient { decoded.upright() } else { decoded.unturned() })
    })
}

/// What [`decode_at_least`] will take, from the header alone: nothing of the picture's size is allocated.
///
/// # Errors
/// As [`decode`], as far as the header shows it.
pub fn needs(bytes: &[u8], options: &DecodeOptions, min_side: Option<u32>) -> Result<Needs, DecodeError> {
    guarded(bytes, options, min_side, |format, job| (format.needs)(job))
}

/// Runs `work` on the format of `bytes`. Everything that touches bytes from outside is in here, and a panic
/// becomes an error.
fn guarded<T>(
    bytes: &[u8],
    options: &DecodeOptions,
    min_side: Option<u32>,
    work: impl FnOnce(&PictureFormat, &Job) -> Result<T, DecodeError>,
) -> Result<T, DecodeError> {
    let name = Cell::new("picture");
    let result = guard::catch(|| {
        let format = sniff(bytes)?;
        name.set(format.name);
        let budget = Budget::new(options.max_pixels);
        let (length, salvage) = (bytes.len(), options.salvage);
        let job = Job { bytes, length, format: format.name, budget, min_side, salvage };
        work(format, &job)
    });
    result.unwrap_or_else(|reason| Err(DecodeError::Panicked { format: name.get(), reason }))
}
