//! Files in a tar that hold columns and stand beside no picture, so that no record has their values.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// How many of them there are, of all files that are read with these options, and the first one.
#[derive(Clone, Debug, Default)]
pub struct Unpaired(Arc<Mutex<Option<(u64, PathBuf)>>>);

impl Unpaired {
    /// Counts the file at `path`.
    pub fn add(&self, path: PathBuf) {
        let mut found = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        found.get_or_insert((0, path)).0 += 1;
    }

    /// How many files were counted, and which one was the first; `None` before that.
    pub fn found(&self) -> Option<(u64, PathBuf)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
