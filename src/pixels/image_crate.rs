//! The formats that the `image` crate decodes: all but JPEG, and the pictures inside ICO files.

use std::io::{Cursor, ErrorKind};

use image::codecs::bmp::BmpDecoder;
use image::error::{ImageError, LimitErrorKind};
use image::metadata::Orientation;
use image::{DynamicImage, ImageBuffer, ImageDecoder, ImageFormat, ImageReader, Pixel, Rgb, RgbImage};

use super::budget::Budget;
use super::error::DecodeError;
use super::orientation;
use super::picture::Decoded;

/// Decodes a file of this format, whose name in messages is `name`.
pub(super) fn decode(
    bytes: &[u8],
    format: ImageFormat,
    name: &'static str,
    budget: &Budget,
) -> Result<Decoded, DecodeError> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(budget.limits());
    let decoder = reader.into_decoder().map_err(|error| decode_error(error, name, bytes.len(), budget))?;
    read(decoder, name, bytes.len(), budget)
}

/// Decodes a bitmap without its file header. `length` is that of the whole file, for messages.
pub(super) fn decode_bare_bitmap(
    bitmap: &[u8],
    name: &'static str,
    length: usize,
    budget: &Budget,
) -> Result<Decoded, DecodeError> {
    let decoder = BmpDecoder::new_without_file_header(Cursor::new(bitmap))
        .map_err(|error| decode_error(error, name, length, budget))?;
    read(decoder, name, length, budget)
}

/// Checks the header against `budget`, then reads the picture.
fn read(
    mut decoder: impl ImageDecoder,
    name: &'static str,
    length: usize,
    budget: &Budget,
) -> Result<Decoded, DecodeError> {
    let error = |error| decode_error(error, name, length, budget);
    let (width, height) = decoder.dimensions();
    budget.check(width, height)?;
    if width == 0 || height == 0 {
        return Err(DecodeError::Damaged { format: name, reason: format!("{width} x {height} pixels") });
    }
    // `set_limits` bounds only the decoder's own buffers, so the size of the picture is subtracted first.
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

/// Drops alpha, repeats gray, and takes the high byte of 16-bit samples, as Pillow does for RGB; `image`'s
/// own conversion rounds instead.
fn into_rgb(image: DynamicImage) -> RgbImage {
    fn high_bytes<P: Pixel<Subpixel = u16>>(image: &ImageBuffer<P, Vec<u16>>) -> RgbImage {
        RgbImage::from_fn(image.width(), image.height(), |x, y| {
            Rgb(image.get_pixel(x, y).to_rgb().0.map(|sample| (sample >> 8) as u8))
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
