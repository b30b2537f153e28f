//! Files in a tar that hold columns and stand beside no picture, so that no record has their values.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// The number of such files in everything that is read with these options, and the path of the first one.
#[derive(Clone, Debug, Default)]
pub struct Unpaired(Arc<Mutex<Option<(u64, PathBuf)>>>);

impl Unpaired {
    /// Counts the file at `path`.
    pub fn add(&self, path: PathBuf) {
        let mut found = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        found.get_or_insert((0, path)).0 += 1;
    }

    /// The number of files that were counted, and the first one; `None` if there are no such files.
    pub fn found(&self) -> Option<(u64, PathBuf)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
