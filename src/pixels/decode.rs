//! Bytes of a picture file to upright RGB.
//!
//! The result is that of Pillow's `exif_transpose` and `convert("RGB")`: alpha is dropped, not blended; a
//! palette's transparent colour keeps its colour; gray is repeated; ICC profiles are ignored; an animation
//! gives its first frame, on its canvas.
//!
//! One exception: 16-bit gray is scaled, its high byte kept, as Pillow does with 16-bit colour. Pillow clips gray at
//! 255, so that all but the darkest of its 65 536 levels become white and nothing is left to recognise. A file that uses
//! 12 of its 16 bits comes out dark: nothing in it says so.

use std::any::Any;
use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};

use image::{ImageFormat, RgbImage};

use super::budget::{Budget, DecodeOptions};
use super::error::DecodeError;
use super::picture::{Decoded, Draft};
use super::sniff::{PictureFormat, sniff};
use super::{ico, image_crate, jpeg};

thread_local! {
    static DECODING: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is inside [`decode`]. For panic hooks: a panic in there is caught and returned as
/// [`DecodeError::Panicked`], so a hook need not report it.
pub fn is_decoding() -> bool {
    DECODING.get()
}

/// The picture in `bytes`, upright, 8-bit RGB. Width and height are at least 1.
///
/// The format is detected by content: JPEG, PNG, GIF, WebP, BMP, TIFF, PNM, QOI, TGA and ICO are read.
///
/// # Errors
/// [`DecodeError`]: not a picture, not a supported one, too large, cut off or damaged.
pub fn decode(bytes: &[u8], options: &DecodeOptions) -> Result<RgbImage, DecodeError> {
    decode_at_least(bytes, options, None).map(|draft| draft.image)
}

/// As [`decode`], but a JPEG is decoded at 1/2, 1/4 or 1/8 of its size: the smallest at which both sides keep
/// `min_side` px. This is Pillow's `Image.draft("RGB", (min_side, min_side))`. It saves the transform of the
/// coefficients that are left out; the picture is averaged over blocks before it is resampled.
///
/// # Errors
/// As [`decode`].
pub fn decode_at_least(
    bytes: &[u8],
    options: &DecodeOptions,
    min_side: Option<u32>,
) -> Result<Draft, DecodeError> {
    let format = sniff(bytes)?;
    let budget = Budget::new(options.max_pixels);
    DECODING.set(true);
    let decoded = panic::catch_unwind(AssertUnwindSafe(|| decode_format(bytes, format, &budget, min_side)));
    DECODING.set(false);
    let decoded = decoded.unwrap_or_else(|panic| {
        Err(DecodeError::Panicked { format: format.name, reason: panic_message(&*panic) })
    })?;
    Ok(if options.orient { decoded.upright() } else { decoded.unturned() })
}

fn decode_format(
    bytes: &[u8],
    &PictureFormat { format, name }: &PictureFormat,
    budget: &Budget,
    min_side: Option<u32>,
) -> Result<Decoded, DecodeError> {
    match format {
        ImageFormat::Jpeg => jpeg::decode(bytes, budget, min_side),
        ImageFormat::Ico => ico::decode(bytes, name, budget),
        // The decoder would accept a file cut off before its last chunk, the orientation, and return it
        // unturned.
        ImageFormat::WebP if is_riff_cut_off(bytes) => {
            Err(DecodeError::EndsEarly { format: name, length: bytes.len() })
        }
        _ => image_crate::decode(bytes, format, name, budget),
    }
}

/// Whether a RIFF file is shorter than its header says.
fn is_riff_cut_off(bytes: &[u8]) -> bool {
    let length = bytes.get(4..).and_then(<[u8]>::first_chunk).map(|length| u32::from_le_bytes(*length));
    length.is_none_or(|length| bytes.len() as u64 - 8 < u64::from(length))
}

fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().map(str::to_owned);
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "panic".to_owned())
}
