//! BMP: the `image` crate decodes it, after the kinds that it refuses are written as those that it reads.

mod depth;

use std::borrow::Cow;

use image::ImageFormat;
use image::imageops::flip_vertical_in_place;

use super::error::DecodeError;
use super::image_crate;
use super::job::{Job, Needs};
use super::picture::Decoded;
use depth::MASKS;
pub(super) use depth::cut_off_fractions;

/// Length of the file header.
const FILE_HEADER: usize = 14;

/// Whether a file is a BMP. A text may start with `BM` too; the size of the second header, in each version of
/// BMP, tells them apart.
pub(super) fn is_bmp(bytes: &[u8]) -> bool {
    let size = bytes.get(FILE_HEADER..FILE_HEADER + 4);
    bytes.starts_with(b"BM") && matches!(size, Some([12 | 16 | 40 | 52 | 56 | 64 | 108 | 124, 0, 0, 0]))
}

/// Decodes a BMP.
pub(super) fn decode(job: &Job) -> Result<Decoded, DecodeError> {
    let (bytes, is_flipped) = repaired(job.bytes);
    let mut decoded = image_crate::decode(&job.with_bytes(&bytes), ImageFormat::Bmp)?;
    if is_flipped {
        flip_vertical_in_place(&mut decoded.image);
    }
    cut_off_fractions(&mut decoded.image, bytes.get(FILE_HEADER..).unwrap_or_default());
    Ok(decoded)
}

/// What [`decode`] takes.
pub(super) fn needs(job: &Job) -> Result<Needs, DecodeError> {
    let (bytes, _) = repaired(job.bytes);
    let needs = image_crate::needs(&job.with_bytes(&bytes), ImageFormat::Bmp)?;
    let copied = if matches!(bytes, Cow::Owned(_)) { bytes.len() } else { 0 };
    Ok(Needs { bytes: needs.bytes + copied as u64, ..needs })
}

/// The file as the decoder takes it, and whether its rows are upside down then.
fn repaired(bytes: &[u8]) -> (Cow<'_, [u8]>, bool) {
    let mut bytes = Cow::Borrowed(bytes);
    shorten_os2_header(&mut bytes);
    let is_flipped = Header::read(&bytes).is_some_and(|header| {
        header.write_missing_fields(&mut bytes);
        header.forget_usual_masks(&mut bytes);
        header.pad_last_row(&mut bytes);
        header.is_top_down_rle() && turn_over(&mut bytes)
    });
    (bytes, is_flipped)
}

/// The header of OS/2 2.x begins as Windows' of 40 bytes; what follows is about printers.
fn shorten_os2_header(bytes: &mut Cow<[u8]>) {
    const LONG: usize = FILE_HEADER + 64;
    const SHORT: usize = FILE_HEADER + 40;
    if bytes.len() >= LONG && bytes[FILE_HEADER] == 64 {
        let bytes = bytes.to_mut();
        bytes.drain(SHORT..LONG);
        bytes[FILE_HEADER] = 40;
        let offset = u32::from_le_bytes([bytes[10], bytes[11], bytes[12], bytes[13]]);
        bytes[10..14].copy_from_slice(&offset.saturating_sub((LONG - SHORT) as u32).to_le_bytes());
    }
}

/// Makes a negative height, which means that the first row is at the top, positive.
fn turn_over(bytes: &mut Cow<[u8]>) -> bool {
    let bytes = &mut bytes.to_mut()[FILE_HEADER + 8..FILE_HEADER + 12];
    let height = i32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    bytes.copy_from_slice(&height.unsigned_abs().to_le_bytes());
    true
}

/// The fields that say where the pixels are.
struct Header {
    size: usize,
    offset: usize,
    width: u64,
    height: i64,
    bits: u64,
    compression: u32,
    colours: usize,
    /// Position of the number of planes.
    planes: usize,
}

impl Header {
    /// Two kinds of compression by run lengths.
    const RLE: [u32; 2] = [1, 2];

    fn read(bytes: &[u8]) -> Option<Self> {
        let u16_at = |at: usize| Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?));
        let u32_at = |at: usize| Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?));
        let (size, offset) = (u32_at(14)? as usize, u32_at(10)? as usize);
        Some(if size < 40 {
            let (width, height) = (u64::from(u16_at(18)?), i64::from(u16_at(20)?));
            let bits = u16_at(24)?.into();
            Self { size, offset, width, height, bits, compression: 0, colours: 0, planes: 22 }
        } else {
            let (width, height) = (u64::from(u32_at(18)?), i64::from(u32_at(22)?.cast_signed()));
            let (bits, compression, colours) = (u16_at(28)?.into(), u32_at(30)?, u32_at(46)? as usize);
            Self { size, offset, width, height, bits, compression, colours, planes: 26 }
        })
    }

    fn is_top_down_rle(&self) -> bool {
        self.height < 0 && Self::RLE.contains(&self.compression)
    }

    /// Some writers leave out the number of planes, which is 1, or where the pixels start.
    fn write_missing_fields(&self, bytes: &mut Cow<[u8]>) {
        if bytes[self.planes..self.planes + 2] == [0, 0] {
            bytes.to_mut()[self.planes] = 1;
        }
        if self.offset == 0 {
            let offset = self.start() as u32;
            bytes.to_mut()[10..14].copy_from_slice(&offset.to_le_bytes());
        }
    }

    /// The decoder refuses masks in a bitmap of 24 bits, and masks of no bit. Without masks it reads both as meant.
    fn forget_usual_masks(&self, bytes: &mut Cow<[u8]>) {
        const BGR: [u8; 12] = [0, 0, 0xff, 0, 0, 0xff, 0, 0, 0xff, 0, 0, 0];
        let masks = bytes.get(FILE_HEADER + 40..FILE_HEADER + 52);
        let is_usual = match self.bits {
            24 => masks.is_some_and(|masks| masks == BGR),
            32 => masks.is_some_and(|masks| masks == [0; 12]),
            _ => false,
        };
        if self.compression == MASKS && is_usual {
            bytes.to_mut()[FILE_HEADER + 16] = 0;
        }
    }

    /// Where the pixels start.
    fn start(&self) -> usize {
        if self.offset != 0 {
            return self.offset;
        }
        let masks = if self.size == 40 && self.compression == MASKS { 12 } else { 0 };
        let colours = if self.bits > 8 { 0 } else { 1 << self.bits };
        let colours = if self.colours == 0 { colours } else { self.colours.min(256) };
        FILE_HEADER + self.size + masks + colours * if self.size < 40 { 3 } else { 4 }
    }

    /// Rows have a multiple of four bytes. A file may end after the last pixel.
    fn pad_last_row(&self, bytes: &mut Cow<[u8]>) {
        if Self::RLE.contains(&self.compression) {
            return;
        }
        let row = u128::from(self.width) * u128::from(self.bits);
        let (row, stride) = (row.div_ceil(8), row.div_ceil(32) * 4);
        let end = self.start() as u128 + stride * u128::from(self.height.unsigned_abs());
        let missing = end.saturating_sub(bytes.len() as u128);
        if missing > 0 && missing <= stride - row {
            bytes.to_mut().resize(end as usize, 0);
        }
    }
}
