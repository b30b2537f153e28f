//! The file of an unfinished download.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use super::error::HubError;
use crate::atomic_file::AtomicFile;

/// Ending of unfinished downloads, the same as Python's.
const ENDING: &str = "incomplete";

/// An unfinished download that has not been written to for this long was abandoned.
const ABANDONED_AFTER: Duration = Duration::from_hours(1);

/// Creates the folder of `path`.
pub(super) fn create_parent(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)
}

/// A download before its checks, in a file of its own. Unless kept, the file is removed on drop.
pub(super) struct Partial {
    file: AtomicFile,
    length: u64,
}

impl Partial {
    /// An empty file beside `blob`, `HASH.….incomplete`.
    pub(super) fn create(blob: &Path) -> Result<Self, HubError> {
        let create = || {
            create_parent(blob)?;
            AtomicFile::create(blob, ENDING)
        };
        let file = create().map_err(|source| HubError::write(blob, source))?;
        Ok(Self { file, length: 0 })
    }

    /// Bytes so far.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// The file's temporary name.
    pub(super) fn path(&self) -> &Path {
        self.file.path()
    }

    /// Adds `bytes` at the end.
    pub(super) fn append(&mut self, bytes: &[u8]) -> Result<(), HubError> {
        self.file.write_all(bytes).map_err(|source| HubError::write(self.file.path(), source))?;
        self.length += bytes.len() as u64;
        Ok(())
    }

    /// Discards all bytes.
    pub(super) fn restart(&mut self) -> Result<(), HubError> {
        self.file.clear().map_err(|source| HubError::write(self.file.path(), source))?;
        self.length = 0;
        Ok(())
    }

    /// Syncs the file, then renames it to `blob`, replacing a file of that name.
    pub(super) fn keep(mut self, blob: &Path) -> Result<(), HubError> {
        self.file.commit(blob).map_err(|source| HubError::write(blob, source))
    }
}

/// Removes the files of killed downloads of `blob`. The caller holds the lock of `blob`.
pub(super) fn sweep(blob: &Path) {
    let (Some(folder), Some(hash)) = (blob.parent(), blob.file_name().and_then(|name| name.to_str())) else {
        return;
    };
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let is_partial =
            name.to_str().is_some_and(|name| name.starts_with(hash) && name.ends_with(&format!(".{ENDING}")));
        let modified = entry.metadata().and_then(|metadata| metadata.modified());
        let age = modified.ok().and_then(|time| time.elapsed().ok()).unwrap_or_default();
        if is_partial && age > ABANDONED_AFTER {
            let _ = fs::remove_file(entry.path());
        }
    }
}
