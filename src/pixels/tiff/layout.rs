//! What the tags say about a picture: its samples, and the chunks (strips or tiles) that hold them.

use super::directory::{Directory, tag};
use super::kind::{self, Colour, SampleFormat};
use crate::pixels::error::DecodeError;
use crate::pixels::job::{Job, unsupported};

/// Values of the tag `ExtraSamples`.
const ASSOCIATED_ALPHA: u64 = 1;

/// Methods of compression that have a predictor: LZW, Deflate and Zstandard. libtiff ignores the tag beside others.
const PREDICTED: [u64; 4] = [5, 8, 32946, 50000];

/// The layout of a picture.
#[expect(clippy::struct_excessive_bools, reason = "each stands for a tag")]
pub(super) struct Layout {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) colour: Colour,
    pub(super) format: SampleFormat,
    pub(super) bits: u32,
    /// Samples of a pixel.
    pub(super) samples: usize,
    /// How many of them count: colours, and alpha if the colours are multiplied by it.
    pub(super) kept: usize,
    pub(super) has_associated_alpha: bool,
    pub(super) is_planar: bool,
    pub(super) is_big_endian: bool,
    pub(super) is_bit_reversed: bool,
    pub(super) predictor: u64,
    pub(super) compression: u64,
    /// The tag `T4Options`.
    pub(super) fax_options: u64,
    /// Columns and rows of luminance for each pair of chroma samples.
    pub(super) subsampling: (usize, usize),
    /// Width and height of a chunk, px.
    pub(super) chunk: (u32, u32),
    pub(super) is_tiled: bool,
}

impl Layout {
    pub(super) fn read(directory: &Directory, job: &Job) -> Result<Self, DecodeError> {
        let number = |tag, default| directory.number(tag).unwrap_or(default);
        let side = |tag| directory.number(tag).and_then(|side| u32::try_from(side).ok()).unwrap_or(0);
        let (width, height) = (side(tag::IMAGE_WIDTH), side(tag::IMAGE_LENGTH));
        job.check_size(width, height)?;
        let compression = number(tag::COMPRESSION, 1);

        let is_single = number(tag::SAMPLES_PER_PIXEL, 1) == 1;
        let photometric = directory.number(tag::PHOTOMETRIC_INTERPRETATION);
        if photometric.is_none() && !is_single {
            return Err(job.damaged("it does not say what its colours are"));
        }
        let colour = match kind::colour(photometric.unwrap_or(0))? {
            // Luminance alone.
            Colour::YCbCr if is_single => Colour::BlackIsZero,
            colour => colour,
        };
        if colour == Colour::Cmyk && number(tag::INK_SET, 1) != 1 {
            return Err(unsupported("a TIFF of inks other than CMYK"));
        }
        let colours = match colour {
            Colour::Rgb | Colour::YCbCr => 3,
            Colour::Cmyk => 4,
            _ => 1,
        };
        let samples = usize::try_from(number(tag::SAMPLES_PER_PIXEL, 1)).unwrap_or(usize::MAX);
        if !(colours..=64).contains(&samples) {
            return Err(job.damaged(format!("{samples} samples a pixel, expected {colours} or more")));
        }
        if colour == Colour::Palette && directory.number(tag::COLOR_MAP).is_none() {
            return Err(job.damaged("it has no palette"));
        }
        let extra = directory.number(tag::EXTRA_SAMPLES);
        let has_associated_alpha = samples > colours && extra == Some(ASSOCIATED_ALPHA);
        let (format, bits) = kind::samples(directory, samples, colour)?;

        let is_planar = number(tag::PLANAR_CONFIGURATION, 1) == 2 && samples > 1;
        let tile = (side(tag::TILE_WIDTH), side(tag::TILE_LENGTH));
        let is_tiled = tile != (0, 0);
        let subsampling = directory.numbers(tag::YCBCR_SUBSAMPLING, 2);
        let mut layout = Self {
            width,
            height,
            colour,
            format,
            bits,
            samples,
            kept: colours + usize::from(has_associated_alpha),
            has_associated_alpha,
            is_planar,
            is_big_endian: directory.is_big_endian,
            is_bit_reversed: number(tag::FILL_ORDER, 1) == 2,
            predictor: if PREDICTED.contains(&compression) { number(tag::PREDICTOR, 1) } else { 1 },
            compression,
            fax_options: number(tag::T4_OPTIONS, 0),
            subsampling: match (colour, &subsampling[..]) {
                (Colour::YCbCr, &[h, v]) => (h as usize, v as usize),
                (Colour::YCbCr, _) => (2, 2),
                _ => (1, 1),
            },
            chunk: if is_tiled { tile } else { (width, side(tag::ROWS_PER_STRIP).clamp(1, height)) },
            is_tiled,
        };
        if directory.number(tag::ROWS_PER_STRIP).is_none_or(|rows| rows > u64::from(height)) && !is_tiled {
            layout.chunk.1 = height;
        }
        let (width, height) = layout.chunk;
        if width == 0 || height == 0 || layout.chunk_length().is_none() {
            return Err(job.damaged(format!("tiles of {width} x {height} pixels")));
        }
        let (found, expected) = (directory.count(offsets(directory)), layout.chunk_count());
        if found < expected {
            return Err(job.damaged(format!("{found} chunks, expected {expected}")));
        }
        Ok(layout)
    }

    /// Offset and stored length of a chunk, plane after plane if planar; no length if the file does not say it.
    pub(super) fn place(&self, directory: &Directory, index: usize) -> (u64, Option<u64>) {
        let offsets = offsets(directory);
        let lengths =
            if offsets == tag::TILE_OFFSETS { tag::TILE_BYTE_COUNTS } else { tag::STRIP_BYTE_COUNTS };
        // Writers of a single strip may leave its length at 0.
        let is_known = |length: &u64| *length > 0 || self.chunk_count() > 1;
        let length = directory.value(lengths, index).filter(is_known);
        (directory.value(offsets, index).unwrap_or(u64::MAX), length)
    }

    /// Chunks of all planes.
    pub(super) fn chunk_count(&self) -> usize {
        let (across, down) = self.grid();
        across * down * self.planes()
    }

    /// Chunks of a plane: across and down.
    pub(super) fn grid(&self) -> (usize, usize) {
        let (width, height) = self.chunk;
        (self.width.div_ceil(width) as usize, self.height.div_ceil(height) as usize)
    }

    /// Planes that are stored one after the other.
    pub(super) fn planes(&self) -> usize {
        if self.is_planar { self.samples } else { 1 }
    }

    /// Samples of a pixel inside a chunk.
    pub(super) fn chunk_samples(&self) -> usize {
        if self.is_planar { 1 } else { self.samples }
    }

    /// Bytes of a row of a chunk, decompressed.
    pub(super) fn row_length(&self) -> usize {
        (self.chunk.0 as usize * self.chunk_samples() * self.bits as usize).div_ceil(8)
    }

    /// Bytes of a whole chunk, decompressed; `None` if that is beyond any file.
    pub(super) fn chunk_length(&self) -> Option<u64> {
        let row = u64::from(self.chunk.0).checked_mul(self.chunk_samples() as u64 * u64::from(self.bits))?;
        row.div_ceil(8).checked_mul(self.chunk.1.into()).filter(|&length| length < 1 << 40)
    }
}

/// The tag that has the offsets of chunks. Some writers put those of tiles where those of strips belong, and libtiff takes
/// one for the other.
fn offsets(directory: &Directory) -> u16 {
    if directory.count(tag::TILE_OFFSETS) > 0 { tag::TILE_OFFSETS } else { tag::STRIP_OFFSETS }
}
