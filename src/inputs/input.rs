//! One thing to label.

use std::path::{Path, PathBuf};

use crate::record::ItemError;

/// The name that stands for stdin.
pub(super) const STDIN: &str = "-";

/// One input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A path that was named, or a file that was found. It may not exist.
    File(PathBuf),
    /// The bytes of a picture on stdin, named `-`.
    Stdin,
    /// Something that cannot be listed. It gets an error of its own, like a picture that cannot be read.
    Unreadable {
        /// The path as it was named.
        path: PathBuf,
        /// Why it cannot be listed.
        error: ItemError,
    },
}

impl Input {
    /// The path as it was named.
    pub fn path(&self) -> &Path {
        match self {
            Self::File(path) | Self::Unreadable { path, .. } => path,
            Self::Stdin => Path::new(STDIN),
        }
    }
}
