//! Why a run cannot append to a file.

use std::io;

use thiserror::Error;

/// Why a run cannot append to a file.
#[derive(Debug, Error)]
pub enum ResumeError {
    /// The file cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The format has no way back from bytes to inputs.
    #[error("{format} output cannot be resumed")]
    NotResumable {
        /// The format's title.
        format: &'static str,
    },
    /// The file has other content.
    #[error("line {line} was not written by mnet ({reason})")]
    NotAnAnswer {
        /// Counted from 1.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// The file has answers of another model.
    #[error("its answers are from {theirs}; this run uses {ours}")]
    OtherModel {
        /// Name and resolution in the file.
        theirs: String,
        /// Name and resolution of the model that would append.
        ours: String,
    },
}
