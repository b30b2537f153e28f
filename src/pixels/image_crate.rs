//! What the `image` crate decodes: the pictures of WebP, BMP, TGA and QOI files.

use std::io::{BufRead, Cursor, ErrorKind, Seek};

use image::codecs::bmp::BmpDecoder;
use image::error::{ImageError, LimitErrorKind};
use image::metadata::Orientation;
use image::{ColorType, DynamicImage, ImageDecoder, ImageFormat, ImageReader};

use super::error::DecodeError;
use super::job::{Job, Needs, unsupported};
use super::picture::Decoded;

/// Decodes a file of this format, as stored. Orientation is the caller's business.
pub(super) fn decode(job: &Job, format: ImageFormat) -> Result<Decoded, DecodeError> {
    read(open(job, format)?, job)
}

/// What [`decode`] takes.
pub(super) fn needs(job: &Job, format: ImageFormat) -> Result<Needs, DecodeError> {
    measure(&open(job, format)?, job)
}

/// Decodes a bitmap without its file header. `job` is the file around it.
pub(super) fn decode_bare_bitmap(bitmap: &[u8], job: &Job) -> Result<Decoded, DecodeError> {
    read(open_bare_bitmap(bitmap, job)?, job)
}

/// What [`decode_bare_bitmap`] takes.
pub(super) fn bare_bitmap_needs(bitmap: &[u8], job: &Job) -> Result<Needs, DecodeError> {
    measure(&open_bare_bitmap(bitmap, job)?, job)
}

fn open<'a>(job: &Job<'a>, format: ImageFormat) -> Result<impl ImageDecoder + 'a, DecodeError> {
    let mut reader = ImageReader::with_format(Cursor::new(job.bytes), format);
    reader.limits(job.budget.limits());
    reader.into_decoder().map_err(|error| decode_error(error, job))
}

fn open_bare_bitmap<'a>(
    bitmap: &'a [u8],
    job: &Job,
) -> Result<BmpDecoder<impl BufRead + Seek + 'a>, DecodeError> {
    BmpDecoder::new_without_file_header(Cursor::new(bitmap)).map_err(|error| decode_error(error, job))
}

/// Checks the header, then reads the picture.
fn read(mut decoder: impl ImageDecoder, job: &Job) -> Result<Decoded, DecodeError> {
    let error = |error| decode_error(error, job);
    let (width, height) = decoder.dimensions();
    job.check_size(width, height)?;
    // `set_limits` bounds only the decoder's own buffers, so the size of the picture is subtracted first.
    let mut limits = job.budget.limits();
    limits.reserve(decoder.total_bytes()).map_err(error)?;
    decoder.set_limits(limits).map_err(error)?;
    let image = DynamicImage::from_decoder(decoder).map_err(error)?.into_rgb8();
    Ok(Decoded::new(image, (width, height), Orientation::NoTransforms))
}

fn measure(decoder: &impl ImageDecoder, job: &Job) -> Result<Needs, DecodeError> {
    let (width, height) = decoder.dimensions();
    job.check_size(width, height)?;
    let pixels = u64::from(width) * u64::from(height);
    // None of these decoders holds more than the picture and as much again: WebP planes or its canvas.
    let converted = if decoder.color_type() == ColorType::Rgb8 { 0 } else { 3 * pixels };
    let buffers = if job.format == "WebP" { 4 * pixels } else { 0 };
    Ok(Needs::new(width, height, decoder.total_bytes() + converted.max(buffers)))
}

fn decode_error(error: ImageError, job: &Job) -> DecodeError {
    match error {
        ImageError::IoError(error) if error.kind() == ErrorKind::UnexpectedEof => job.ends_early(),
        ImageError::Limits(limit) if limit.kind() == LimitErrorKind::InsufficientMemory => {
            job.too_much_memory()
        }
        ImageError::Unsupported(error) => unsupported(format!("this kind of {} ({error})", job.format)),
        error => job.damaged(error.to_string()),
    }
}
