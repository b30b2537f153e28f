//! A JPEG file to RGB, at its full size or reduced.

use std::borrow::Cow;

use image::RgbImage;
use libjpeg_turbo_rs::decode::marker::{JpegMetadata, MarkerReader};
use libjpeg_turbo_rs::{DecodeLimits, Decoder, JpegError, PixelFormat, ScalingFactor};

use super::coefficients;
use super::dc_only;
use super::end_marker::{End, whole_segments};
use super::header::Header;
use super::scans::{self, FREE_VISITS, MAX_BLOCKS, MAX_SCANS};
use super::trailer::{self, END};
use super::unusual;
use crate::pixels::error::DecodeError;
use crate::pixels::job::{Job, unsupported};
use crate::pixels::picture::Decoded;
use crate::pixels::{cmyk, orientation};

/// Decodes a JPEG to RGB, without turning it upright; at a fraction of its size if both sides keep
/// [`Job::min_side`].
pub(in crate::pixels) fn decode(job: &Job) -> Result<Decoded, DecodeError> {
    let header = Header::read(job)?;
    let orientation = orientation::of(header.exif.as_deref(), header.xmp);
    let size = (u32::from(header.width), u32::from(header.height));
    match undamaged(job, &header) {
        Ok(image) => Ok(Decoded::new(image, size, orientation)),
        Err(error @ (DecodeError::Damaged { .. } | DecodeError::EndsEarly { .. })) if job.salvage => {
            let bytes = [whole_segments(job.bytes), END].concat();
            let image = salvaged(&job.with_bytes(&bytes), &header)?;
            Ok(Decoded { image, size, orientation, damage: Some(error.to_string()) })
        }
        Err(error) => Err(error),
    }
}

/// The picture, if all of it is there.
fn undamaged(job: &Job, header: &Header) -> Result<RgbImage, DecodeError> {
    let bytes = marked(job, header)?;
    let is_repaired = matches!(bytes, Cow::Owned(_));
    let image = picture(&job.with_bytes(&bytes), header, is_repaired);
    image.map_err(|error| explained(error, is_repaired, job))
}

/// The file with an end marker. If it had none, a strict decoder tells whether pixels are missing.
pub(super) fn marked<'a>(job: &Job<'a>, header: &Header) -> Result<Cow<'a, [u8]>, DecodeError> {
    let end = End::find(job.bytes);
    if end == End::Marked {
        return Ok(Cow::Borrowed(job.bytes));
    }
    // Any bytes are arithmetic codes of something.
    if header.is_arithmetic && end == End::Missing {
        return Err(job.ends_early());
    }
    let repaired = trailer::replaced_by_end(job.bytes).filter(|bytes| End::find(bytes) == End::Marked);
    match (repaired, end) {
        (Some(bytes), _) => Ok(Cow::Owned(bytes)),
        (None, End::RestartLost { found, expected }) => {
            Err(job.damaged(format!("restart marker {found} after a gap, expected {expected}")))
        }
        (None, _) => Ok(Cow::Owned(trailer::last_byte_replaced_by_end(job.bytes))),
    }
}

/// The error of a file; of one that was repaired, that it ends early.
pub(super) fn explained(error: DecodeError, is_repaired: bool, job: &Job) -> DecodeError {
    match error {
        DecodeError::Damaged { .. } | DecodeError::Unsupported { .. } if is_repaired => job.ends_early(),
        error => error,
    }
}

/// All markers of the file, whose scans do not take too long.
pub(super) fn metadata(job: &Job, header: &Header) -> Result<JpegMetadata, DecodeError> {
    let metadata = MarkerReader::new(job.bytes).read_markers().map_err(|error| decode_error(error, job))?;
    scans::check_mcus(&metadata, header, job)?;
    scans::check_work(&metadata, header, FREE_VISITS, job)?;
    Ok(metadata)
}

/// Decodes an undamaged file.
fn picture(job: &Job, header: &Header, is_repaired: bool) -> Result<RgbImage, DecodeError> {
    let denominator = denominator(header, job);
    let has_large_mcus = header.blocks() > MAX_BLOCKS;
    if denominator == Some(8)
        && !has_large_mcus
        && let Some(image) = dc_only::decode(job.bytes)
    {
        return Ok(image);
    }
    let decoder = decoder(job)?;
    if decoder.has_multiple_scans()
        || header.is_subsampled() && header.sampling.len() != 3
        || !is_plain(header)
        || has_large_mcus
        || is_repaired
    {
        let metadata = metadata(job, header)?;
        if is_repaired && !scans::are_complete(&metadata) {
            return Err(job.ends_early());
        }
        if scans::is_unusual(&metadata, header) {
            return unusual_picture(&metadata, false, header, job);
        }
    }
    pixels(decoder, header, denominator, job)
}

/// Decodes what there is of a damaged file. The library does not look for restart markers that are not where they belong.
fn salvaged(job: &Job, header: &Header) -> Result<RgbImage, DecodeError> {
    let metadata = metadata(job, header)?;
    let has_restarts = metadata.scans.iter().any(|scan| scan.restart_interval > 0);
    if scans::is_unusual(&metadata, header) || has_restarts && coefficients::is_sequential(&metadata) {
        return unusual_picture(&metadata, true, header, job);
    }
    let mut decoder = decoder(job)?;
    decoder.set_lenient(true);
    let image = pixels(decoder, header, denominator(header, job), job);
    // Of a progressive file, the scans before the damage may be left.
    image.or_else(|error| unusual_picture(&metadata, true, header, job).map_err(|_| error))
}

/// Decodes a picture from its coefficients.
fn unusual_picture(
    metadata: &JpegMetadata,
    is_lenient: bool,
    header: &Header,
    job: &Job,
) -> Result<RgbImage, DecodeError> {
    let pixels = unusual::decode(job.bytes, metadata, is_lenient);
    let pixels = pixels.ok_or_else(|| job.damaged("scans that are cut off or damaged"))?;
    let image = RgbImage::from_raw(header.width.into(), header.height.into(), pixels);
    image.ok_or_else(|| job.damaged("pixels are missing"))
}

fn decoder<'a>(job: &Job<'a>) -> Result<Decoder<'a>, DecodeError> {
    let limits = DecodeLimits {
        max_scans: MAX_SCANS,
        max_memory: Some(job.budget.max_alloc),
        ..DecodeLimits::default()
    };
    Decoder::new_with_limits(job.bytes, limits).map_err(|error| decode_error(error, job))
}

/// Decodes the picture and converts it to RGB.
fn pixels(
    mut decoder: Decoder<'_>,
    header: &Header,
    denominator: Option<u32>,
    job: &Job,
) -> Result<RgbImage, DecodeError> {
    let error = |error| decode_error(error, job);
    if let Some(denominator) = denominator {
        decoder.set_scale(ScalingFactor::try_new(1, denominator).map_err(error)?);
    }
    // libjpeg's default; it affects progressive files that leave out the last bits of precision.
    decoder.set_block_smoothing(true);
    let is_cmyk = header.sampling.len() == 4;
    decoder.set_output_format(if is_cmyk { PixelFormat::Cmyk } else { PixelFormat::Rgb });
    let decoded = decoder.decode_image().map_err(error)?;
    let data = if is_cmyk {
        decoded.data.chunks_exact(4).flat_map(cmyk::inverted_to_rgb).collect()
    } else {
        decoded.data
    };
    let image = RgbImage::from_raw(decoded.width as u32, decoded.height as u32, data);
    image.ok_or_else(|| job.damaged("pixels are missing"))
}

/// Whether luminance is the finest component.
fn is_plain(header: &Header) -> bool {
    header.sampling[0] == header.max_sampling()
}

/// By which of 8, 4 and 2 both sides are divided, as Pillow's `draft` chooses it.
pub(super) fn denominator(header: &Header, job: &Job) -> Option<u32> {
    let side = u32::from(header.width.min(header.height));
    let min_side = job.min_side?;
    [8, 4, 2].into_iter().find(|denominator| side / denominator >= min_side)
}

pub(super) fn decode_error(error: JpegError, job: &Job) -> DecodeError {
    match error {
        JpegError::LimitExceeded { what, actual, limit } if what.contains("scan") => {
            job.damaged(format!("{actual} scans, expected at most {limit}"))
        }
        JpegError::LimitExceeded { .. } | JpegError::AllocationFailed { .. } => job.too_much_memory(),
        JpegError::Unsupported(what) => unsupported(format!("this kind of JPEG ({what})")),
        error => job.damaged(error.to_string()),
    }
}
