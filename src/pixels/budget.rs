//! What one decode may cost.

use image::Limits;

use super::error::DecodeError;

/// Options of [`decode`](super::decode()).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeOptions {
    /// Pictures with more pixels than this are refused, from their header alone. The default, 178 956 970, is
    /// where Pillow refuses a picture as a decompression bomb; phones take pictures of 108 million. What one
    /// of them takes in memory says [`needs`](super::needs).
    pub max_pixels: u64,
    /// Whether to turn the picture upright, as its EXIF or XMP orientation says. Default: true.
    pub orient: bool,
    /// Whether a damaged or incomplete JPEG is decoded as far as it goes, as libjpeg does with a warning.
    /// Default: false, an error. [`Draft::damage`](super::Draft::damage) says if it was needed.
    pub salvage: bool,
}

impl Default for DecodeOptions {
    fn default() -> Self {
        Self { max_pixels: 178_956_970, orient: true, salvage: false }
    }
}

/// The limits of one decode.
#[derive(Clone, Copy)]
pub(super) struct Budget {
    max_pixels: u64,
    /// Bytes for the decoder's buffers and output.
    pub(super) max_alloc: u64,
}

impl Budget {
    /// Twelve bytes per pixel, because a progressive JPEG has coefficients (6), samples (3) and the picture (3)
    /// in memory at once and no other RGB format needs more; plus 64 MiB for what does not grow with the
    /// picture.
    pub(super) fn new(max_pixels: u64) -> Self {
        Self { max_pixels, max_alloc: max_pixels.saturating_mul(12).saturating_add(64 << 20) }
    }

    /// For decoders of the `image` crate.
    pub(super) fn limits(&self) -> Limits {
        let mut limits = Limits::no_limits();
        limits.max_alloc = Some(self.max_alloc);
        limits
    }

    pub(super) fn check(&self, width: u32, height: u32) -> Result<(), DecodeError> {
        if u64::from(width) * u64::from(height) > self.max_pixels {
            return Err(DecodeError::TooLarge { width, height, max_pixels: self.max_pixels });
        }
        Ok(())
    }

    pub(super) fn exceeded(&self, format: &'static str) -> DecodeError {
        DecodeError::TooMuchMemory { format, max_mib: self.max_alloc >> 20 }
    }
}
