//! A JPEG file to RGB, at its full size or reduced.

use std::borrow::Cow;

use image::RgbImage;
use libjpeg_turbo_rs::decode::marker::{JpegMetadata, MarkerReader};
use libjpeg_turbo_rs::{DecodeLimits, Decoder, JpegError, PixelFormat, ScalingFactor};

use super::dc_only;
use super::end_marker::End;
use super::header::Header;
use super::scans::{self, MAX_SCANS};
use super::trailer;
use super::unusual::{self, Problem};
use crate::pixels::error::DecodeError;
use crate::pixels::job::{Job, Needs, unsupported};
use crate::pixels::picture::Decoded;
use crate::pixels::{cmyk, orientation};

/// Decodes a JPEG to RGB, without turning it upright; at a fraction of its size if both sides keep
/// [`Job::min_side`].
pub(in crate::pixels) fn decode(job: &Job) -> Result<Decoded, DecodeError> {
    let header = Header::read(job)?;
    let orientation = orientation::of(header.exif, header.xmp);
    let size = (u32::from(header.width), u32::from(header.height));
    let (bytes, mut damage) = marked(job)?;
    let is_repaired = matches!(bytes, Cow::Owned(_));
    let inner = job.with_bytes(&bytes);
    let reason = match picture(&inner, &header, is_repaired) {
        Ok(image) => return Ok(Decoded { image, size, orientation, damage }),
        // Without an end marker, a strict decoder tells whether pixels are missing.
        Err(DecodeError::Damaged { .. }) if is_repaired && !job.salvage => return Err(job.ends_early()),
        Err(DecodeError::Damaged { reason, .. }) if job.salvage => reason,
        Err(error @ DecodeError::EndsEarly { .. }) if job.salvage => error.to_string(),
        Err(error) => return Err(error),
    };
    damage.get_or_insert(reason);
    let image = salvaged(&inner, &header)?;
    Ok(Decoded { image, size, orientation, damage })
}

/// What [`decode`] takes.
pub(in crate::pixels) fn needs(job: &Job) -> Result<Needs, DecodeError> {
    /// Of a picture with at most so many pixels, the scans are not looked at: it is taken to be unusual.
    const SMALL: u64 = 1_000_000;
    let header = Header::read(job)?;
    let (width, height) = (u32::from(header.width), u32::from(header.height));
    let full = u64::from(width) * u64::from(height);
    let is_unusual = full <= SMALL || {
        let (bytes, _) = marked(job)?;
        let metadata = MarkerReader::new(&bytes).read_markers().map_err(|error| decode_error(error, job))?;
        scans::check_work(&metadata, &header, job)?;
        scans::is_unusual(&metadata, &header)
    };
    let denominator = denominator(&header, job).filter(|_| !is_unusual).unwrap_or(1);
    let (width, height) = (width.div_ceil(denominator), height.div_ceil(denominator));
    let pixels = u64::from(width) * u64::from(height);
    let components = header.sampling.len() as u64;
    // Coefficients have two bytes, and exist at full size.
    let has_coefficients = header.is_progressive || is_unusual;
    let coefficients = if has_coefficients { 2 * header.samples(full) } else { 0 };
    // CMYK is upsampled before it is converted; what is unusual has both at once.
    let planes = match components {
        _ if is_unusual => 2 * components * pixels,
        4 => 4 * pixels,
        _ => header.samples(pixels),
    };
    // MCUs that go beyond the picture, at most 32 px.
    let edges = components * 32 * u64::from(width + height + 32);
    let picture = if components == 4 { 7 * pixels } else { 3 * pixels };
    Ok(Needs::new(width, height, coefficients + planes + edges + picture))
}

/// The file with an end marker, and what is wrong with it.
fn marked<'a>(job: &Job<'a>) -> Result<(Cow<'a, [u8]>, Option<String>), DecodeError> {
    let end = End::find(job.bytes);
    if end == End::Marked {
        return Ok((Cow::Borrowed(job.bytes), None));
    }
    let repaired = trailer::replaced_by_end(job.bytes);
    if let Some(bytes) = repaired.filter(|bytes| End::find(bytes) == End::Marked) {
        return Ok((Cow::Owned(bytes), None));
    }
    let error = match end {
        End::RestartLost { found, expected } => {
            job.damaged(format!("restart marker {found} after a gap, expected {expected}"))
        }
        End::Marked | End::Missing => job.ends_early(),
    };
    if job.salvage { Ok((Cow::Borrowed(job.bytes), Some(error.to_string()))) } else { Err(error) }
}

/// Decodes an undamaged file.
fn picture(job: &Job, header: &Header, is_repaired: bool) -> Result<RgbImage, DecodeError> {
    let denominator = denominator(header, job);
    if denominator == Some(8)
        && let Some(image) = dc_only::decode(job.bytes)
    {
        return Ok(image);
    }
    let decoder = decoder(job)?;
    if decoder.has_multiple_scans()
        || header.is_subsampled() && header.sampling.len() != 3
        || !is_plain(header)
    {
        let metadata =
            MarkerReader::new(job.bytes).read_markers().map_err(|error| decode_error(error, job))?;
        scans::check_work(&metadata, header, job)?;
        if is_repaired && header.is_progressive && !scans::are_complete(&metadata) {
            return Err(job.ends_early());
        }
        if scans::is_unusual(&metadata, header) {
            return unusual_picture(header, &metadata, false, job);
        }
    }
    pixels(decoder, header, denominator, job)
}

/// Decodes what the library does not; if `salvage`, what there is of it.
fn unusual_picture(
    header: &Header,
    metadata: &JpegMetadata,
    salvage: bool,
    job: &Job,
) -> Result<RgbImage, DecodeError> {
    let pixels = unusual::decode(job.bytes, metadata, salvage).map_err(|problem| match problem {
        Problem::Damaged => job.damaged("scans that are cut off or damaged"),
        Problem::Fractional => unsupported("a JPEG whose sampling factors do not divide each other"),
    })?;
    let image = RgbImage::from_raw(header.width.into(), header.height.into(), pixels);
    image.ok_or_else(|| job.damaged("pixels are missing"))
}

/// Decodes what there is of a damaged file.
fn salvaged(job: &Job, header: &Header) -> Result<RgbImage, DecodeError> {
    let mut decoder = decoder(job)?;
    let metadata = MarkerReader::new(job.bytes).read_markers().map_err(|error| decode_error(error, job))?;
    scans::check_work(&metadata, header, job)?;
    if scans::is_unusual(&metadata, header) {
        return unusual_picture(header, &metadata, true, job);
    }
    decoder.set_lenient(true);
    pixels(decoder, header, denominator(header, job), job)
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
fn denominator(header: &Header, job: &Job) -> Option<u32> {
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
