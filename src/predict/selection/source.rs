//! Where the weights of a checkpoint are.

use std::fmt;
use std::path::PathBuf;

use crate::models::Checkpoint;

/// Where the weights are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// In the binary.
    BuiltIn,
    /// A directory, or a weight file in one.
    Local(PathBuf),
    /// A repository that the user named, `owner/name[@revision]`.
    Hub(String),
    /// A repository of the catalogue.
    Catalogue {
        /// `owner/name`.
        repository: String,
        /// The revision with safetensors; if it no longer exists, `main` is used.
        preferred_revision: Option<&'static str>,
    },
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn => f.write_str("built in"),
            Self::Local(path) => path.display().fmt(f),
            Self::Hub(repository) | Self::Catalogue { repository, .. } => f.write_str(repository),
        }
    }
}

impl From<&Checkpoint> for Source {
    fn from(row: &Checkpoint) -> Self {
        Self::Catalogue { repository: row.repository(), preferred_revision: row.revision }
    }
}
