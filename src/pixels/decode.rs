//! Bytes to upright RGB, with everything that can go wrong said.
//!
//! As Pillow's `exif_transpose` and `convert("RGB")`: alpha is dropped, not blended; a palette's transparent
//! colour keeps its colour; gray is repeated; ICC profiles are ignored. 16-bit samples keep their high byte;
//! Pillow clips gray ones to 255 instead, which makes most of such a picture white. Of an animation the first
//! frame is taken, on its canvas.

use std::any::Any;
use std::cell::Cell;
use std::io::{Cursor, ErrorKind};
use std::panic::{self, AssertUnwindSafe};

use image::codecs::bmp::BmpDecoder;
use image::error::{ImageError, LimitErrorKind};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, Pixel, RgbImage};

use super::sniff::{Format, sniff};
use super::{DecodeError, ico, jpeg, orientation};

/// What [`decode`] may cost and does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeOptions {
    /// Pictures with more pixels are refused by their header. The default, 89 478 485, is where Pillow begins
    /// to warn of a decompression bomb; it bounds the memory of one decode to about 1 GiB.
    pub max_pixels: u64,
    /// Whether to turn the picture upright as its EXIF orientation says. Default: true.
    pub orient: bool,
}

impl Default for DecodeOptions {
    fn default() -> Self {
        Self { max_pixels: 89_478_485, orient: true }
    }
}

/// A decoded picture as it lies in the file.
pub(super) struct Decoded {
    pub(super) image: RgbImage,
    /// Width and height of the whole picture, px; a JPEG may be decoded at a fraction of them.
    pub(super) size: (u32, u32),
    pub(super) orientation: Orientation,
}

/// What one decode may take.
pub(super) struct Budget {
    max_pixels: u64,
    /// Bytes for the decoder's buffers and output.
    pub(super) max_alloc: u64,
}

impl Budget {
    /// Twelve bytes a pixel: a progressive JPEG has coefficients (6), samples (3) and the picture (3) at once; no
    /// other RGB format has more. And 64 MiB for what does not grow with the picture.
    fn new(max_pixels: u64) -> Self {
        Self { max_pixels, max_alloc: max_pixels.saturating_mul(12).saturating_add(64 << 20) }
    }

    fn limits(&self) -> Limits {
        let mut limits = Limits::no_limits();
        limits.max_alloc = Some(self.max_alloc);
        limits
    }

    pub(super) fn check(&self, width: u32, height: u32) -> Result<(), DecodeError> {
        if u64::from(width) * u64::from(height) > self.max_pixels {
            return Err(DecodeError::TooLarge { width, height, max_pixels: self.max_pixels });
        }
        Ok(())
    }

    pub(super) fn exceeded(&self, format: &'static str) -> DecodeError {
        DecodeError::TooMuchMemory { format, max_mib: self.max_alloc >> 20 }
    }
}

thread_local! {
    static DECODING: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is inside [`decode`]. For panic hooks: a panic in there is caught and comes back as
/// [`DecodeError::Panicked`], so a hook can keep quiet about it.
pub fn is_decoding() -> bool {
    DECODING.get()
}

/// The picture in `bytes`, upright, RGB of 8 bits. Width and height are at least 1.
///
/// The format is told by content: JPEG, PNG, GIF, WebP, BMP, TIFF, PNM, QOI, TGA and ICO are read.
///
/// # Errors
/// [`DecodeError`]: not a picture, not a supported one, too large, cut short or damaged.
pub fn decode(bytes: &[u8], options: &DecodeOptions) -> Result<RgbImage, DecodeError> {
    decode_at_least(bytes, options, None).map(|draft| draft.image)
}

/// A picture that may be smaller than it was.
#[derive(Debug)]
pub struct Draft {
    /// The picture, upright.
    pub image: RgbImage,
    /// Width of the whole picture, upright, px.
    pub width: u32,
    /// Height of the whole picture, upright, px.
    pub height: u32,
}

/// As [`decode`], but a JPEG at 1/2, 1/4 or 1/8 of its size, the smallest of which both sides keep at least `least` px:
/// what Pillow's `Image.draft("RGB", (least, least))` does. Each coefficient that is left out is one that need not be
/// transformed; the picture is averaged over blocks before it is resampled.
///
/// # Errors
/// As [`decode`].
pub fn decode_at_least(
    bytes: &[u8],
    options: &DecodeOptions,
    least: Option<u32>,
) -> Result<Draft, DecodeError> {
    let format = sniff(bytes)?;
    let budget = Budget::new(options.max_pixels);
    DECODING.set(true);
    let decoded = panic::catch_unwind(AssertUnwindSafe(|| match format.format {
        ImageFormat::Jpeg => jpeg::decode(bytes, &budget, least),
        ImageFormat::Ico => decode_ico(bytes, format, &budget),
        // Without this, a file cut before its last chunk, the orientation, would be lying on its side.
        ImageFormat::WebP if is_riff_cut(bytes) => {
            Err(DecodeError::EndsEarly { format: format.name, length: bytes.len() })
        }
        _ => decode_other(bytes, format, &budget),
    }));
    DECODING.set(false);
    let Decoded { image, size: (width, height), orientation } = decoded.unwrap_or_else(|panic| {
        Err(DecodeError::Panicked { format: format.name, reason: panic_message(&*panic) })
    })?;
    if !options.orient || orientation == Orientation::NoTransforms {
        return Ok(Draft { image, width, height });
    }
    let mut image = DynamicImage::ImageRgb8(image);
    image.apply_orientation(orientation);
    let image = image.into_rgb8();
    let is_turned = matches!(
        orientation,
        Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH
    );
    let (width, height) = if is_turned { (height, width) } else { (width, height) };
    Ok(Draft { image, width, height })
}

/// Decodes the best picture of an ICO file.
fn decode_ico(bytes: &[u8], format: &Format, budget: &Budget) -> Result<Decoded, DecodeError> {
    let ends_early = || DecodeError::EndsEarly { format: format.name, length: bytes.len() };
    let picture = ico::best_picture(bytes).ok_or_else(ends_early)?;
    if picture.starts_with(b"\x89PNG") {
        return decode_other(picture, &Format { format: ImageFormat::Png, ..*format }, budget);
    }
    let bitmap = ico::without_mask(picture).ok_or_else(ends_early)?;
    let decoder = BmpDecoder::new_without_file_header(Cursor::new(bitmap))
        .map_err(|error| decode_error(error, format.name, bytes.len(), budget))?;
    read(decoder, format.name, bytes.len(), budget)
}

/// Decodes what the `image` crate reads.
fn decode_other(bytes: &[u8], format: &Format, budget: &Budget) -> Result<Decoded, DecodeError> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format.format);
    reader.limits(budget.limits());
    let decoder =
        reader.into_decoder().map_err(|error| decode_error(error, format.name, bytes.len(), budget))?;
    read(decoder, format.name, bytes.len(), budget)
}

/// Checks the header against `budget`, then reads the picture. `length` is that of the file, for messages.
fn read(
    mut decoder: impl ImageDecoder,
    format: &'static str,
    length: usize,
    budget: &Budget,
) -> Result<Decoded, DecodeError> {
    let error = |error| decode_error(error, format, length, budget);
    let (width, height) = decoder.dimensions();
    budget.check(width, height)?;
    if width == 0 || height == 0 {
        return Err(DecodeError::Damaged { format, reason: format!("{width} x {height} pixels") });
    }
    // `set_limits` bounds the decoder's own buffers only; the picture itself must be taken off first.
    let mut limits = budget.limits();
    limits.reserve(decoder.total_bytes()).map_err(error)?;
    decoder.set_limits(limits).map_err(error)?;

    let exif = decoder.exif_metadata().ok().flatten();
    let orientation = match exif.as_deref().and_then(orientation::from_exif) {
        Some(orientation) => orientation,
        None => decoder.orientation().unwrap_or(Orientation::NoTransforms),
    };
    let image = into_rgb(DynamicImage::from_decoder(decoder).map_err(error)?);
    Ok(Decoded { image, size: (width, height), orientation })
}

/// Whether a RIFF file is shorter than its header says.
fn is_riff_cut(bytes: &[u8]) -> bool {
    let length = bytes.get(4..).and_then(<[u8]>::first_chunk).map(|length| u32::from_le_bytes(*length));
    length.is_none_or(|length| bytes.len() as u64 - 8 < u64::from(length))
}

/// Drops alpha, repeats gray, and takes the high byte of 16-bit samples, as Pillow does for RGB; `image`'s own
/// conversion rounds instead.
fn into_rgb(image: DynamicImage) -> RgbImage {
    fn high_bytes<P: Pixel<Subpixel = u16>>(image: &image::ImageBuffer<P, Vec<u16>>) -> RgbImage {
        RgbImage::from_fn(image.width(), image.height(), |x, y| {
            image::Rgb(image.get_pixel(x, y).to_rgb().0.map(|sample| (sample >> 8) as u8))
        })
    }
    match image {
        DynamicImage::ImageLuma16(image) => high_bytes(&image),
        DynamicImage::ImageLumaA16(image) => high_bytes(&image),
        DynamicImage::ImageRgb16(image) => high_bytes(&image),
        DynamicImage::ImageRgba16(image) => high_bytes(&image),
        image => image.into_rgb8(),
    }
}

fn decode_error(error: ImageError, format: &'static str, length: usize, budget: &Budget) -> DecodeError {
    match error {
        ImageError::IoError(error) if error.kind() == ErrorKind::UnexpectedEof => {
            DecodeError::EndsEarly { format, length }
        }
        ImageError::Limits(limit) if limit.kind() == LimitErrorKind::InsufficientMemory => {
            budget.exceeded(format)
        }
        ImageError::Unsupported(error) => {
            DecodeError::Unsupported { what: format!("this kind of {format} ({error})") }
        }
        error => DecodeError::Damaged { format, reason: error.to_string() },
    }
}

fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().map(str::to_owned);
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "panic".to_owned())
}
