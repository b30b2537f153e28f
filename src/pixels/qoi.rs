//! QOI, through the `image` crate. Its end marker may be missing, as in Pillow.

use std::borrow::Cow;

use image::ImageFormat;

use super::error::DecodeError;
use super::image_crate;
use super::job::{Job, Needs};
use super::picture::Decoded;

/// The end marker. The decoder reads it after the last pixel, so that one which is put there cannot stand for pixels.
const END: &[u8] = b"\0\0\0\0\0\0\0\x01";

/// Decodes a QOI.
pub(super) fn decode(job: &Job) -> Result<Decoded, DecodeError> {
    let bytes = marked(job.bytes);
    let decoded = image_crate::decode(&job.with_bytes(&bytes), ImageFormat::Qoi);
    decoded.map_err(|error| match error {
        DecodeError::Damaged { .. } if matches!(bytes, Cow::Owned(_)) => job.ends_early(),
        error => error,
    })
}

/// What [`decode`] takes.
pub(super) fn needs(job: &Job) -> Result<Needs, DecodeError> {
    let needs = image_crate::needs(job, ImageFormat::Qoi)?;
    let copy = if job.bytes.ends_with(END) { 0 } else { job.bytes.len() as u64 };
    Ok(Needs { bytes: needs.bytes + copy, ..needs })
}

fn marked(bytes: &[u8]) -> Cow<'_, [u8]> {
    if bytes.ends_with(END) { Cow::Borrowed(bytes) } else { Cow::Owned([bytes, END].concat()) }
}
