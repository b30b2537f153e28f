//! What can be wrong with a weight file, and what to do about it.

use super::{Dtype, FORMATS};
use crate::terminal_text::printable;

/// Why a weight file cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {fault}")]
pub struct WeightsError {
    /// The path of the file as it was given, or "built-in weights".
    pub file: String,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with a weight file.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The operating system would not let us read it.
    #[error("cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// A directory, pipe, socket or device, which may have no end.
    #[error("expected a regular file, found {found}")]
    NotRegular {
        /// What it is.
        found: &'static str,
    },
    /// Larger than anything that could be a model of ours.
    #[error("expected a file of at most {limit} bytes, found {bytes}")]
    TooLarge {
        /// Its size.
        bytes: u64,
        /// The largest size accepted.
        limit: u64,
    },
    /// Not a weight file of a known format.
    #[error("expected {}, found {found}", formats())]
    Foreign {
        /// What it seems to be.
        found: String,
        /// How to get a file that can be read.
        hint: &'static str,
    },
    /// A known format, but cut off, altered or forged.
    #[error("damaged {format}: {reason}")]
    Damaged {
        /// Name of the format.
        format: &'static str,
        /// What was expected and what was found.
        reason: String,
    },
    /// A known format that uses something that is not read.
    #[error("{reason}")]
    Unsupported {
        /// What was expected and what was found.
        reason: String,
    },
    /// A pickle that asks for something other than tensors. Nothing was executed.
    #[error("refused: its pickle asks for `{global}`, which a dictionary of tensors does not need")]
    Refused {
        /// `module.name` of what it asks for.
        global: String,
    },
    /// One of several files of a model is not there.
    #[error("is not there, but {index} lists it")]
    MissingShard {
        /// Name of the file that lists it.
        index: String,
    },
    /// Of a known format and sound, but empty.
    #[error("holds no tensors")]
    NoTensors,
    /// Values were asked for as floating point, but are not.
    #[error("tensor `{}`: expected floating point, found {dtype}", printable(.tensor))]
    NotFloat {
        /// Name of the tensor.
        tensor: String,
        /// What it holds.
        dtype: Dtype,
    },
}

/// The way out for checkpoints that only torch can read.
pub const CONVERT: &str =
    "convert it to safetensors (torch.load with weights_only=True, then safetensors.torch.save_file)";

/// "safetensors (.safetensors) or torch checkpoint (.bin .pth .pt)".
fn formats() -> String {
    let formats = FORMATS.iter().map(|format| format!("{} (.{})", format.name, format.extensions.join(" .")));
    formats.collect::<Vec<_>>().join(" or ")
}
