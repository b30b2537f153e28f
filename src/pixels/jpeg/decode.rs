//! A JPEG file to RGB, at its full size or reduced.

use image::RgbImage;
use image::metadata::Orientation;
use libjpeg_turbo_rs::{DecodeLimits, Decoder, JpegError, PixelFormat, ScalingFactor};

use super::end_marker::has_end_marker;
use super::{cmyk, dc_only};
use crate::pixels::budget::Budget;
use crate::pixels::error::DecodeError;
use crate::pixels::orientation;
use crate::pixels::picture::Decoded;

const FORMAT: &str = "JPEG";

/// The most scans of a file. Progressive files have about ten; each additional one is a pass over the whole
/// picture.
const MAX_SCANS: usize = 100;

/// Decodes a JPEG to RGB, without turning it upright; at a fraction of its size if both sides keep `min_side`
/// px.
pub(in crate::pixels) fn decode(
    bytes: &[u8],
    budget: &Budget,
    min_side: Option<u32>,
) -> Result<Decoded, DecodeError> {
    if !has_end_marker(bytes) {
        return Err(DecodeError::EndsEarly { format: FORMAT, length: bytes.len() });
    }
    let error = |error| decode_error(error, budget);
    let limits =
        DecodeLimits { max_scans: MAX_SCANS, max_memory: Some(budget.max_alloc), ..DecodeLimits::default() };
    let mut decoder = Decoder::new_with_limits(bytes, limits).map_err(error)?;
    let header = decoder.header();
    let size = (u32::from(header.width), u32::from(header.height));
    budget.check(size.0, size.1)?;
    if header.precision != 8 {
        return Err(DecodeError::Unsupported { what: format!("JPEG of {} bits a sample", header.precision) });
    }
    let is_cmyk = header.components.len() == 4;
    let orientation =
        decoder.exif_data().and_then(orientation::from_exif).unwrap_or(Orientation::NoTransforms);

    let denominator = min_side.and_then(|min_side| reduction(size.0.min(size.1), min_side));
    if denominator == Some(8)
        && let Some(image) = dc_only::decode(bytes)
    {
        return Ok(Decoded { image, size, orientation });
    }
    if let Some(denominator) = denominator {
        decoder.set_scale(ScalingFactor::try_new(1, denominator).map_err(error)?);
    }
    let image = pixels(decoder, is_cmyk).map_err(error)?;
    let image = image
        .ok_or_else(|| DecodeError::Damaged { format: FORMAT, reason: "pixels are missing".to_owned() })?;
    Ok(Decoded { image, size, orientation })
}

/// Decodes the picture and converts it to RGB; `None` if the decoder returns too few pixels.
fn pixels(mut decoder: Decoder<'_>, is_cmyk: bool) -> Result<Option<RgbImage>, JpegError> {
    // libjpeg's default; it affects progressive files that leave out the last bits of precision.
    decoder.set_block_smoothing(true);
    decoder.set_output_format(if is_cmyk { PixelFormat::Cmyk } else { PixelFormat::Rgb });
    let decoded = decoder.decode_image()?;
    let data = if is_cmyk {
        decoded.data.chunks_exact(4).flat_map(cmyk::inverted_to_rgb).collect()
    } else {
        decoded.data
    };
    Ok(RgbImage::from_raw(decoded.width as u32, decoded.height as u32, data))
}

/// The largest of 8, 4 and 2 that leaves a side of `min_side` px, as Pillow's `draft` chooses it.
fn reduction(side: u32, min_side: u32) -> Option<u32> {
    [8, 4, 2].into_iter().find(|denominator| side / denominator >= min_side)
}

fn decode_error(error: JpegError, budget: &Budget) -> DecodeError {
    match error {
        JpegError::LimitExceeded { what, actual, limit } if what.contains("scan") => DecodeError::Damaged {
            format: FORMAT,
            reason: format!("{actual} scans, expected at most {limit}"),
        },
        JpegError::LimitExceeded { .. } | JpegError::AllocationFailed { .. } => budget.exceeded(FORMAT),
        JpegError::Unsupported(what) => {
            DecodeError::Unsupported { what: format!("this kind of JPEG ({what})") }
        }
        error => DecodeError::Damaged { format: FORMAT, reason: error.to_string() },
    }
}
