//! Which inputs an output file has completed, and how much of the file is valid.

use std::collections::HashMap;
use std::io;
use std::path::Path;

use thiserror::Error;

/// The inputs that an output file has completed.
#[derive(Debug, Default)]
pub struct CompletedInputs {
    /// How often each path was completed. Paths are bytes.
    paths: HashMap<Box<[u8]>, usize>,
    /// Length of the valid beginning of the file, bytes. A killed run tore what follows.
    valid_length: u64,
    /// How many inputs are completed.
    count: usize,
}

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

impl CompletedInputs {
    /// None, in a file whose first `valid_length` bytes stay.
    pub(super) fn none(valid_length: u64) -> Self {
        Self { valid_length, ..Self::default() }
    }

    /// Adds an input whose records are the next `length` bytes.
    pub(super) fn add(&mut self, path: &[u8], length: u64) {
        *self.paths.entry(path.into()).or_default() += 1;
        self.valid_length += length;
        self.count += 1;
    }

    /// Whether this input is completed. An input that was given twice has to be completed twice: each call uses up one
    /// completion.
    pub fn take(&mut self, path: &Path) -> bool {
        let count = self.paths.get_mut(path.as_os_str().as_encoded_bytes());
        count.filter(|count| **count > 0).map(|count| *count -= 1).is_some()
    }

    /// How many inputs are completed.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Length of the valid beginning of the file, bytes. A run that appends cuts the rest off first.
    pub fn valid_length(&self) -> u64 {
        self.valid_length
    }
}
