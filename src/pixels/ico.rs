//! ICO files: the picture to decode is the largest, and among equally large ones the one with most bits a
//! pixel.
//!
//! The choice is ours because the `image` crate prefers many bits to a large picture, and refuses PNG without
//! alpha and bitmaps whose transparency mask does not have the size it expects. The mask is not needed: alpha
//! is dropped.

use std::cmp::Reverse;

use super::error::DecodeError;
use super::job::{Job, Needs};
use super::picture::Decoded;
use super::{bmp, image_crate, png};

/// No header of a bitmap is longer, with its colours.
const HEADER: usize = 2048;

/// Decodes the best picture of an ICO file.
pub(super) fn decode(job: &Job) -> Result<Decoded, DecodeError> {
    let picture = best_picture(job.bytes).ok_or_else(|| job.ends_early())?;
    if is_png(picture) {
        return png::decode(&job.with_bytes(picture));
    }
    let bitmap = without_mask(picture).ok_or_else(|| job.ends_early())?;
    let mut decoded = image_crate::decode_bare_bitmap(&bitmap, job)?;
    bmp::cut_off_fractions(&mut decoded.image, &bitmap);
    Ok(decoded)
}

/// What [`decode`] takes.
pub(super) fn needs(job: &Job) -> Result<Needs, DecodeError> {
    let picture = best_picture(job.bytes).ok_or_else(|| job.ends_early())?;
    if is_png(picture) {
        return png::needs(&job.with_bytes(picture));
    }
    let header = &picture[..picture.len().min(HEADER)];
    let bitmap = without_mask(header).ok_or_else(|| job.ends_early())?;
    let needs = image_crate::bare_bitmap_needs(&bitmap, job)?;
    // The bitmap is copied.
    Ok(Needs { bytes: needs.bytes + picture.len() as u64, ..needs })
}

fn is_png(picture: &[u8]) -> bool {
    picture.starts_with(b"\x89PNG")
}

/// The best picture in `ico`: a PNG file, or a bitmap without its file header. `None` if the directory is
/// empty or points outside the file.
fn best_picture(ico: &[u8]) -> Option<&[u8]> {
    let count = usize::from(u16::from_le_bytes(*ico.get(4..)?.first_chunk()?));
    let (entries, _) = ico.get(6..)?.as_chunks::<16>();
    let best = entries.get(..count)?.iter().min_by_key(|entry| {
        // A side of 256 is written as 0.
        let side = |byte: u8| if byte == 0 { 256 } else { u32::from(byte) };
        Reverse((side(entry[0]) * side(entry[1]), u16::from_le_bytes([entry[6], entry[7]])))
    })?;
    let u32_at = |at: usize| Some(u32::from_le_bytes(*best[at..].first_chunk()?) as usize);
    let (length, offset) = (u32_at(8)?, u32_at(12)?);
    ico.get(offset..offset.checked_add(length)?)
}

/// `bitmap` as a stand-alone bitmap: inside an ICO file, its height also counts the mask below the picture.
fn without_mask(bitmap: &[u8]) -> Option<Vec<u8>> {
    let mut bitmap = bitmap.to_vec();
    let height = bitmap.get_mut(8..12)?.first_chunk_mut()?;
    *height = (i32::from_le_bytes(*height) / 2).to_le_bytes();
    Some(bitmap)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_picture_is_chosen() {
        let entry = |side: u8, bits: u8, length: u8, offset: u8| {
            [side, side, 0, 0, 1, 0, bits, 0, length, 0, 0, 0, offset, 0, 0, 0]
        };
        let directory = [entry(16, 32, 1, 54), entry(0, 8, 6, 55), entry(0, 4, 1, 54)].concat();
        let ico = [&b"\0\0\x01\0\x03\0"[..], &directory, b"x256x8"].concat();
        assert_eq!(best_picture(&ico), None, "one byte is missing");
        let ico = [&ico[..], b"!"].concat();
        assert_eq!(best_picture(&ico), Some(&b"256x8!"[..]));
        assert_eq!(best_picture(&ico[..20]), None, "the directory is cut off");
    }
}
