//! PNG: its chunks are ours, its pixels the `png` crate's.
//!
//! Only the chunks that make the picture are handed on. No profile or text is inflated or kept, however large
//! it claims to be, except what may hold the orientation; alpha is dropped anyway, so is `tRNS`; and a file
//! that ends after its last pixel is as good as one with its end chunk.
//!
//! As in Pillow, a chunk before the pixels that fails its checksum is an error, whatever it is for. The pixels have a
//! checksum of their own, so those of their chunks do not count; nor does that of a chunk after them.

mod pixels;

use std::borrow::Cow;
use std::io::Read;

use flate2::Crc;
use flate2::read::ZlibDecoder;

use super::error::DecodeError;
use super::job::{Job, Needs, unsupported};
use super::orientation;
use super::picture::Decoded;

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// The end chunk with its checksum.
const END: &[u8] = b"\0\0\0\0IEND\xae\x42\x60\x82";
/// Inflated text is read up to here: Pillow's `MAX_TEXT_CHUNK`.
const MAX_TEXT: u64 = 1 << 20;

/// Decodes a PNG.
pub(super) fn decode(job: &Job) -> Result<Decoded, DecodeError> {
    let chunks = Chunks::read(job)?;
    let image = pixels::decode(job, &chunks.picture)?;
    let raw_profile = || chunks.raw_profile?.read().and_then(|text| unhex(&text));
    let exif = chunks.exif.map(Cow::Borrowed).or_else(|| raw_profile().map(Cow::Owned));
    let xmp = chunks.xmp.and_then(Text::read);
    let orientation = orientation::of(exif.as_deref(), xmp.as_deref());
    let size = image.dimensions();
    Ok(Decoded::new(image, size, orientation))
}

/// What [`decode`] takes.
pub(super) fn needs(job: &Job) -> Result<Needs, DecodeError> {
    let [w0, w1, w2, w3, h0, h1, h2, h3, depth, colour] = header(job).ok_or_else(|| job.ends_early())?;
    let (width, height) = (u32::from_be_bytes([w0, w1, w2, w3]), u32::from_be_bytes([h0, h1, h2, h3]));
    job.check_size(width, height)?;
    let channels = match colour {
        0 => 1,
        4 => 2,
        6 => 4,
        // RGB, and palettes.
        _ => 3,
    };
    let decoded = if depth == 16 { 2 * channels } else { channels };
    let converted = if decoded == 3 { 0 } else { 3 };
    let bytes = u64::from(width) * u64::from(height) * (decoded + converted);
    // The file is copied; a text may be inflated once the picture is decoded.
    Ok(Needs::new(width, height, bytes + job.bytes.len() as u64 + 2 * MAX_TEXT).turned())
}

/// The start of the header chunk. Others may come before it: Pillow steps over them, and Apple writes one.
fn header(job: &Job) -> Option<[u8; 10]> {
    let mut rest = job.bytes.get(SIGNATURE.len()..)?;
    loop {
        let (&[l0, l1, l2, l3, ref name @ ..], data) = rest.split_first_chunk::<8>()?;
        if name == b"IHDR" {
            return data.first_chunk().copied();
        }
        let checksum = 4;
        rest = data.get(u32::from_be_bytes([l0, l1, l2, l3]) as usize + checksum..)?;
    }
}

/// What counts in a PNG file.
#[derive(Default)]
struct Chunks<'a> {
    /// A file of the chunks that make the picture.
    picture: Vec<u8>,
    exif: Option<&'a [u8]>,
    /// EXIF in a text chunk, as `ImageMagick` writes it.
    raw_profile: Option<Text<'a>>,
    xmp: Option<Text<'a>>,
}

impl<'a> Chunks<'a> {
    fn read(job: &Job<'a>) -> Result<Self, DecodeError> {
        let mut chunks = Self { picture: Vec::with_capacity(job.bytes.len() + END.len()), ..Self::default() };
        chunks.picture.extend_from_slice(SIGNATURE);
        let mut rest = job.bytes.get(SIGNATURE.len()..).unwrap_or_default();
        let mut is_before_pixels = true;
        while let Some((header, _)) = rest.split_first_chunk::<8>() {
            let [l0, l1, l2, l3, name @ ..] = *header;
            let length = u32::from_be_bytes([l0, l1, l2, l3]) as usize;
            if name == *b"IEND" {
                break;
            }
            // Header, data, checksum.
            let chunk = rest.get(..12 + length).ok_or_else(|| job.ends_early())?;
            is_before_pixels &= name != *b"IDAT";
            if is_before_pixels && !has_right_checksum(chunk) {
                let name = name.escape_ascii();
                return Err(job.damaged(format!("its {name} chunk fails its checksum")));
            }
            match &name {
                b"PLTE" if !length.is_multiple_of(3) => {
                    return Err(job.damaged(format!("a palette of {length} bytes")));
                }
                b"IHDR" | b"PLTE" | b"IDAT" => chunks.picture.extend_from_slice(chunk),
                b"CgBI" => return Err(unsupported("an Apple CgBI PNG")),
                _ => chunks.read_metadata(name, &chunk[8..8 + length]),
            }
            rest = &rest[chunk.len()..];
        }
        chunks.picture.extend_from_slice(END);
        Ok(chunks)
    }

    /// Of several chunks with one key, the last one counts. Texts are inflated only after that: there may be any number.
    fn read_metadata(&mut self, name: [u8; 4], data: &'a [u8]) {
        if name == *b"eXIf" {
            self.exif = Some(data);
        }
        let Some((key, text)) = split_at_nul(data) else {
            return;
        };
        let target = match key {
            b"XML:com.adobe.xmp" => &mut self.xmp,
            b"Raw profile type exif" => &mut self.raw_profile,
            _ => return,
        };
        *target = match (&name, text) {
            (b"tEXt", text) => Some(Text { is_deflated: false, bytes: text }),
            (b"zTXt", [0, deflated @ ..]) => Some(Text { is_deflated: true, bytes: deflated }),
            (b"iTXt", [is_deflated, _method, text @ ..]) => Text::international(*is_deflated != 0, text),
            _ => return,
        };
    }
}

/// The text of a chunk.
#[derive(Clone, Copy)]
struct Text<'a> {
    is_deflated: bool,
    bytes: &'a [u8],
}

impl<'a> Text<'a> {
    /// The text of an `iTXt` chunk, after its language and its translated key.
    fn international(is_deflated: bool, data: &'a [u8]) -> Option<Self> {
        let (_language, rest) = split_at_nul(data)?;
        let (_key, bytes) = split_at_nul(rest)?;
        Some(Self { is_deflated, bytes })
    }

    fn read(self) -> Option<Cow<'a, [u8]>> {
        if !self.is_deflated {
            return Some(Cow::Borrowed(self.bytes));
        }
        let mut text = Vec::new();
        ZlibDecoder::new(self.bytes).take(MAX_TEXT).read_to_end(&mut text).ok()?;
        Some(Cow::Owned(text))
    }
}

/// Whether a chunk, with its header and its checksum, is as it was written.
fn has_right_checksum(chunk: &[u8]) -> bool {
    let Some((rest, checksum)) = chunk.split_last_chunk() else { return false };
    let mut crc = Crc::new();
    crc.update(&rest[4..]);
    crc.sum() == u32::from_be_bytes(*checksum)
}

fn split_at_nul(data: &[u8]) -> Option<(&[u8], &[u8])> {
    let nul = data.iter().position(|&byte| byte == 0)?;
    Some((&data[..nul], &data[nul + 1..]))
}

/// The bytes of a raw profile: an empty line, its name, its length, then hexadecimal digits in lines.
fn unhex(profile: &[u8]) -> Option<Vec<u8>> {
    let mut digits = profile.split(|&byte| byte == b'\n').skip(3).flatten();
    let digit = |&byte: &u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    let mut bytes = Vec::with_capacity(profile.len() / 2);
    while let (Some(high), Some(low)) = (digits.next(), digits.next()) {
        bytes.push(digit(high)? << 4 | digit(low)?);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_raw_profile_is_hexadecimal_after_three_lines() {
        assert_eq!(unhex(b"\nexif\n       4\n45786\n966\n"), Some(b"Exif".to_vec()));
        assert_eq!(unhex(b"\nexif\n       1\n4x\n"), None);
        assert_eq!(unhex(b""), Some(Vec::new()));
    }
}
