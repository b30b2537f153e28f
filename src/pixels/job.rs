//! What one decoder is asked to do, and what it will cost.

use super::budget::Budget;
use super::error::DecodeError;

/// One file for one decoder. Its methods are the errors that all decoders have in common.
#[derive(Clone, Copy)]
pub(super) struct Job<'a> {
    pub(super) bytes: &'a [u8],
    /// Length of the whole file, for messages.
    pub(super) length: usize,
    /// The format's name in messages.
    pub(super) format: &'static str,
    pub(super) budget: Budget,
    /// A JPEG may be decoded at a fraction of its size if both sides keep this many px.
    pub(super) min_side: Option<u32>,
    /// Whether a damaged JPEG is answered with what there is of it.
    pub(super) salvage: bool,
}

/// What decoding a picture takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Needs {
    /// Width of the picture that will be decoded, as stored, px; of a JPEG possibly at a fraction of its size,
    /// or less than that.
    pub width: u32,
    /// Its height, px.
    pub height: u32,
    /// The most memory that is held at a time while it is decoded and turned upright, without the file's own
    /// bytes. An upper bound.
    pub bytes: u64,
}

impl Needs {
    /// `decoding` counts the decoder's buffers and all copies of the picture. It is not turned.
    pub(super) fn new(width: u32, height: u32, decoding: u64) -> Self {
        // Tables and windows, which do not grow with the picture.
        const FIXED: u64 = 2 << 20;
        Self { width, height, bytes: FIXED.saturating_add(decoding) }
    }

    /// The same of a picture that may be turned, which holds it twice.
    pub(super) fn turned(self) -> Self {
        let turning = Self::new(self.width, self.height, 6 * u64::from(self.width) * u64::from(self.height));
        Self { bytes: self.bytes.max(turning.bytes), ..self }
    }
}

impl<'a> Job<'a> {
    /// The same job on other bytes: a file inside this one, or this one repaired.
    pub(super) fn with_bytes<'b>(&self, bytes: &'b [u8]) -> Job<'b>
    where
        'a: 'b,
    {
        Job { bytes, ..*self }
    }

    /// Checks the size in the header, before anything of that size is allocated.
    pub(super) fn check_size(&self, width: u32, height: u32) -> Result<(), DecodeError> {
        if width == 0 || height == 0 {
            return Err(self.damaged(format!("{width} x {height} pixels")));
        }
        self.budget.check(width, height)
    }

    pub(super) fn ends_early(&self) -> DecodeError {
        DecodeError::EndsEarly { format: self.format, length: self.length }
    }

    pub(super) fn damaged(&self, reason: impl Into<String>) -> DecodeError {
        DecodeError::Damaged { format: self.format, reason: reason.into() }
    }

    pub(super) fn too_much_memory(&self) -> DecodeError {
        self.budget.exceeded(self.format)
    }
}

/// An error that names the kind of picture: `a CIELab TIFF`.
pub(super) fn unsupported(what: impl Into<String>) -> DecodeError {
    DecodeError::Unsupported { what: what.into() }
}
