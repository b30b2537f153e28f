//! Files for what reads a path.

use std::path::PathBuf;
use std::{env, fs, process};

/// A folder for the files of one run of a target, deleted after it.
pub(super) struct Scratch(PathBuf);

impl Scratch {
    /// No two targets may have the same `name`.
    pub(super) fn new(name: &str) -> Self {
        let folder = env::temp_dir().join(format!("mnet-fuzz-{}-{name}", process::id()));
        fs::create_dir_all(&folder).expect("a folder for temporary files");
        Self(folder)
    }

    /// The path of a new file.
    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, bytes).expect("room for temporary files");
        path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What stays behind is only litter.
        let _ = fs::remove_dir_all(&self.0);
    }
}
