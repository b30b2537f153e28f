//! Why a run cannot append to a file.

use std::io;

use thiserror::Error;

use crate::record::ModelInfo;

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
        /// Name, resolution and temperature in the file.
        theirs: String,
        /// Those of the model that would append.
        ours: String,
    },
}

/// Refuses answers of another model than `ours`, if that is known.
pub(super) fn check_model(theirs: &ModelInfo, ours: Option<&ModelInfo>) -> Result<(), ResumeError> {
    let Some(ours) = ours.filter(|ours| *ours != theirs) else { return Ok(()) };
    Err(ResumeError::OtherModel { theirs: theirs.to_string(), ours: ours.to_string() })
}
