//! What saved embeddings are read with.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::sink::resume_error::ResumeError;

/// Pictures and their embeddings, in their order.
pub(super) type Rows = Box<dyn Iterator<Item = Result<(PathBuf, Vec<f32>), ReadError>> + Send>;

/// Why embeddings cannot be read.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The file cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The file has something else.
    #[error("line {line} is no embedding ({reason})")]
    Line {
        /// Counted from 1.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// The embeddings are of several models.
    #[error(transparent)]
    Other(#[from] ResumeError),
    /// The file has no embedding.
    #[error("it holds no embedding")]
    Empty,
}

/// The path of these bytes.
#[cfg(unix)]
pub(super) fn path_of(bytes: Vec<u8>) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    std::ffi::OsString::from_vec(bytes).into()
}

/// Elsewhere a path has no bytes of its own.
#[cfg(not(unix))]
pub(super) fn path_of(bytes: Vec<u8>) -> PathBuf {
    String::from_utf8_lossy(&bytes).into_owned().into()
}
