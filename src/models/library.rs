//! Libraries whose checkpoints are read.

use std::fmt;

/// A library, with its names of tensors and its configuration files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Library {
    /// timm (PyTorch Image Models).
    Timm,
    /// torchvision.
    Torchvision,
    /// Hugging Face transformers.
    Transformers,
}

impl fmt::Display for Library {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::Timm => "timm",
            Self::Torchvision => "torchvision",
            Self::Transformers => "transformers",
        })
    }
}
