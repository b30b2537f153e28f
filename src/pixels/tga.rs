//! TGA: the `image` crate decodes it, bilevel pictures after they are written as gray ones.

use image::ImageFormat;

use super::error::DecodeError;
use super::image_crate;
use super::job::{Job, Needs};
use super::levels;
use super::picture::Decoded;

/// Decodes a TGA.
pub(super) fn decode(job: &Job) -> Result<Decoded, DecodeError> {
    if let Some(gray) = gray_of_bilevel(job)? {
        return image_crate::decode(&job.with_bytes(&gray), ImageFormat::Tga);
    }
    let mut decoded = image_crate::decode(job, ImageFormat::Tga)?;
    if job.bytes.first_chunk().is_some_and(has_five_bits) {
        levels::cut_off_fractions(&mut decoded.image, [5; 3]);
    }
    Ok(decoded)
}

/// Whether pixels, or the colours of a palette, have 15 or 16 bits: five a channel.
fn has_five_bits(header: &[u8; 18]) -> bool {
    let depth = match header[2] {
        1 | 9 => header[7],
        2 | 10 => header[16],
        _ => 0,
    };
    matches!(depth, 15 | 16)
}

/// What [`decode`] takes.
pub(super) fn needs(job: &Job) -> Result<Needs, DecodeError> {
    match gray_of_bilevel(job)? {
        Some(gray) => {
            let needs = image_crate::needs(&job.with_bytes(&gray), ImageFormat::Tga)?;
            Ok(Needs { bytes: needs.bytes + gray.len() as u64, ..needs })
        }
        None => image_crate::needs(job, ImageFormat::Tga),
    }
}

/// A gray picture, uncompressed, of 1 bit a pixel, as one of 8 bits.
fn gray_of_bilevel(job: &Job) -> Result<Option<Vec<u8>>, DecodeError> {
    let Some((header, rest)) = job.bytes.split_first_chunk::<18>().filter(|(header, _)| is_bilevel(header))
    else {
        return Ok(None);
    };
    let [width, height] = [12, 14].map(|at| u16::from_le_bytes([header[at], header[at + 1]]));
    job.check_size(width.into(), height.into())?;
    let row = usize::from(width).div_ceil(8);
    let start = usize::from(header[0]);
    let bits = rest.get(start..).and_then(|bits| bits.get(..row * usize::from(height)));
    let mut gray = header.to_vec();
    (gray[0], gray[16]) = (0, 8);
    for row in bits.ok_or_else(|| job.ends_early())?.chunks_exact(row) {
        let is_set = |x: usize| row[x / 8] << (x % 8) & 0x80 != 0;
        gray.extend((0..width.into()).map(|x| if is_set(x) { 255 } else { 0 }));
    }
    Ok(Some(gray))
}

fn is_bilevel(header: &[u8; 18]) -> bool {
    matches!(header, [_, 0, 3, ..]) && header[16] == 1
}

/// Whether `bytes` are a TGA file. Version 2 has a footer; version 1 is detected by a header in which every
/// field is plausible and, if uncompressed, by a file long enough for its pixels.
pub(super) fn is_tga(bytes: &[u8]) -> bool {
    bytes.len() > 44 && bytes.ends_with(b"TRUEVISION-XFILE.\0") || has_plausible_header(bytes)
}

fn has_plausible_header(bytes: &[u8]) -> bool {
    let Some(header) = bytes.first_chunk::<18>() else {
        return false;
    };
    let u16_at = |at: usize| usize::from(u16::from_le_bytes([header[at], header[at + 1]]));
    let [id_len, has_map, kind] = [header[0], header[1], header[2]];
    let (map_len, map_bits) = (u16_at(5), header[7]);
    let (width, height, bits, flags) = (u16_at(12), u16_at(14), header[16], header[17]);
    let has_plausible_colours = match (kind, has_map) {
        (1 | 9, 1) => map_len > 0 && matches!(map_bits, 15 | 16 | 24 | 32) && bits == 8,
        (2 | 10, 0) => matches!(bits, 15 | 16 | 24 | 32),
        (3, 0) => matches!(bits, 1 | 8),
        (11, 0) => bits == 8,
        _ => false,
    };
    let start = header.len() + usize::from(id_len) + map_len * usize::from(map_bits).div_ceil(8);
    let is_compressed = kind >= 8;
    let row = if bits == 1 { width.div_ceil(8) } else { width * usize::from(bits).div_ceil(8) };
    let body = if is_compressed { 1 } else { row * height };
    has_plausible_colours && width > 0 && height > 0 && flags & 0xc0 == 0 && bytes.len() >= start + body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_must_be_plausible() {
        let mut tga = vec![0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0, 24, 0];
        assert!(!is_tga(&tga), "no room for two pixels");
        tga.extend([0; 6]);
        assert!(is_tga(&tga));
        tga[16] = 23;
        assert!(!is_tga(&tga), "23 bits per pixel");
    }
}
