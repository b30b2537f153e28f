//! TIFF and `BigTIFF`: the first picture of a file.
//!
//! ```text
//! Directory (tags) ─► Layout ─► chunks ─ codec, predictor ─► samples ─► levels ─ colour ─► RGB
//! ```
//!
//! The container is ours, its codecs are libraries. The `tiff` crate (0.11.3) refuses what most writers of
//! JPEG in TIFF make, palettes, 2, 4 and 12 bits, gray with alpha and `BigTIFF`, panics on planar tiles, reads
//! `FillOrder` 2 as if it were 1, and has a JPEG decoder of its own, whose pixels are not Pillow's.
//!
//! Levels of other than 8 bits are scaled to 8, 16-bit gray too, which Pillow clips. Numbers with a sign are
//! cut off at 0 and 255, as Pillow does; what becomes of floating-point ones says [`super::levels`].

mod codec;
mod colour;
mod directory;
mod fax;
mod kind;
mod layout;
mod picture;
mod predictor;
mod samples;
mod work;
mod ycbcr;

use image::RgbImage;
use image::metadata::Orientation;

use self::directory::{Directory, tag};
use self::layout::Layout;
use super::error::DecodeError;
use super::job::{Job, Needs};
use super::orientation;
use super::picture::Decoded;

/// Whether a file is a TIFF or `BigTIFF` of either byte order.
pub(super) fn is_tiff(bytes: &[u8]) -> bool {
    [&b"II\x2a\0"[..], b"MM\0\x2a", b"II\x2b\0", b"MM\0\x2b"].iter().any(|magic| bytes.starts_with(magic))
}

/// Decodes the first picture of a TIFF.
pub(super) fn decode(job: &Job) -> Result<Decoded, DecodeError> {
    let (directory, layout) = open(job)?;
    let size = (layout.width, layout.height);
    if picture::needs(&layout, &directory, job).bytes > job.budget.max_alloc {
        return Err(job.too_much_memory());
    }
    let pixels = picture::read(&layout, &directory, job)?;
    let image = RgbImage::from_raw(size.0, size.1, pixels).ok_or_else(|| job.ends_early())?;
    Ok(Decoded::new(image, size, orientation(&directory)))
}

/// What [`decode`] takes.
pub(super) fn needs(job: &Job) -> Result<Needs, DecodeError> {
    let (directory, layout) = open(job)?;
    let needs = picture::needs(&layout, &directory, job);
    Ok(if orientation(&directory) == Orientation::NoTransforms { needs } else { needs.turned() })
}

fn orientation(directory: &Directory) -> Orientation {
    orientation::of_tag(directory.values(tag::ORIENTATION), directory.bytes(tag::XMP))
}

fn open<'a>(job: &Job<'a>) -> Result<(Directory<'a>, Layout), DecodeError> {
    let directory = Directory::read(job.bytes).ok_or_else(|| job.ends_early())?;
    codec::check(directory.number(tag::COMPRESSION).unwrap_or(codec::NONE))?;
    let layout = Layout::read(&directory, job)?;
    Ok((directory, layout))
}
