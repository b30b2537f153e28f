//! Why a file could not be decoded.

use crate::record::ItemHint;

/// Why a file could not be decoded. Each message is one sentence for people; [`kind`](Self::kind) is one word
/// for scripts.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// The file is not a picture.
    #[error("not an image: {found}")]
    NotAnImage {
        /// What it is, with its article: `a PDF document`.
        found: &'static str,
        /// What makes a picture of it.
        hint: ItemHint,
    },

    /// A picture of a kind that is not supported. Converting it helps.
    #[error("{what} is not supported")]
    Unsupported {
        /// The format, or the feature of a format.
        what: String,
    },

    /// More pixels than the caller allows. Read from the header, before anything is allocated.
    #[error("{width} x {height} is more than {max_pixels} pixels")]
    TooLarge {
        /// Width in the header, px.
        width: u32,
        /// Height in the header, px.
        height: u32,
        /// [`DecodeOptions::max_pixels`](super::DecodeOptions::max_pixels).
        max_pixels: u64,
    },

    /// Decoding would take more memory than the pixel limit accounts for.
    #[error("decoding this {format} takes more than {max_mib} MiB of memory")]
    TooMuchMemory {
        /// The format's name.
        format: &'static str,
        /// The limit, MiB.
        max_mib: u64,
    },

    /// The file ends before the picture is complete.
    #[error("{format} ends early at byte {length}")]
    EndsEarly {
        /// The format's name.
        format: &'static str,
        /// Length of the file, bytes.
        length: usize,
    },

    /// The file violates its format.
    #[error("damaged {format}: {reason}")]
    Damaged {
        /// The format's name.
        format: &'static str,
        /// The decoder's message.
        reason: String,
    },

    /// The decoder panicked: a bug in it that this file triggers.
    #[error("the {format} decoder failed on this file: {reason}")]
    Panicked {
        /// The format's name.
        format: &'static str,
        /// The panic's message.
        reason: String,
    },
}

impl DecodeError {
    /// One word for scripts: `not-an-image`, `unsupported`, `too-large`, `decode`, or `internal` for a bug of a decoder.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NotAnImage { .. } => "not-an-image",
            Self::Unsupported { .. } => "unsupported",
            Self::TooLarge { .. } | Self::TooMuchMemory { .. } => "too-large",
            Self::EndsEarly { .. } | Self::Damaged { .. } => "decode",
            Self::Panicked { .. } => "internal",
        }
    }
}
