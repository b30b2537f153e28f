//! Which inputs an output file has completed, and how much of the file is valid.

use std::collections::HashMap;
use std::io;
use std::ops::Range;
use std::path::Path;

use thiserror::Error;

/// The inputs that an output file has completed.
#[derive(Debug, Default)]
pub struct CompletedInputs {
    /// How often each path was completed. Paths are bytes.
    paths: HashMap<Box<[u8]>, usize>,
    /// Where the torn end of the file begins, bytes: a killed run leaves one.
    end: u64,
    /// What lies before `end` and is not a whole record: two writers, a disk that lost power, an editor.
    foreign: Vec<Range<u64>>,
    /// How many inputs are completed.
    count: usize,
    /// As [`lacks_damage`](Self::lacks_damage).
    pub(super) lacks_damage: bool,
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
    /// None, in a file whose first `end` bytes stay.
    pub(super) fn none(end: u64) -> Self {
        Self { end, ..Self::default() }
    }

    /// Adds an input whose records are these bytes. What was passed over since the last record is foreign.
    pub(super) fn add(&mut self, path: &[u8], records: Range<u64>) {
        *self.paths.entry(path.into()).or_default() += 1;
        self.end_at(records.start);
        self.end = records.end;
        self.count += 1;
    }

    /// What follows `end` is torn; what was passed over since the last record is foreign.
    pub(super) fn end_at(&mut self, end: u64) {
        if self.end < end {
            self.foreign.push(self.end..end);
        }
        self.end = end;
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

    /// Whether an earlier version began the file, without a column that says which pictures are damaged.
    pub fn lacks_damage(&self) -> bool {
        self.lacks_damage
    }

    /// Where the torn end of the file begins, bytes. A run that appends cuts it off first.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// Ranges of bytes before [`end`](Self::end) that are not whole records of mnet, ascending.
    pub fn foreign(&self) -> &[Range<u64>] {
        &self.foreign
    }
}
