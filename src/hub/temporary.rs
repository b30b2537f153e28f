//! Temporary names and the file of an unfinished download.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use super::error::HubError;

/// Ending of unfinished downloads, the same as Python's.
const ENDING: &str = ".incomplete";

/// An unfinished download that has not been written to for this long was abandoned.
const ABANDONED_AFTER: Duration = Duration::from_hours(1);

/// `path` with an ending that no other call, thread or process uses at the same time.
pub(super) fn unique_name(path: &Path) -> PathBuf {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let time = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    // The time tells apart equal process numbers of two containers that share a cache.
    let (process, count) = (std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed));
    let mut name: OsString = path.into();
    name.push(format!(".{process:x}-{count:x}-{:x}.tmp", time.subsec_nanos()));
    name.into()
}

/// Creates the folder of `path`.
pub(super) fn create_parent(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)
}

/// A download before its checks, in a file of its own. Unless kept, the file goes with the value.
pub(super) struct Partial {
    file: File,
    path: PathBuf,
    length: u64,
}

impl Partial {
    /// An empty file beside `blob`, `HASH.….incomplete`.
    pub(super) fn create(blob: &Path) -> Result<Self, HubError> {
        let mut path = unique_name(blob);
        path.set_extension(&ENDING[1..]);
        let create = || {
            create_parent(&path)?;
            File::options().write(true).create_new(true).open(&path)
        };
        let file = create().map_err(|source| HubError::write(&path, source))?;
        Ok(Self { file, path, length: 0 })
    }

    /// Bytes so far.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Where they are.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Adds `bytes` at the end.
    pub(super) fn append(&mut self, bytes: &[u8]) -> Result<(), HubError> {
        self.file.write_all(bytes).map_err(|source| HubError::write(&self.path, source))?;
        self.length += bytes.len() as u64;
        Ok(())
    }

    /// Forgets all bytes.
    pub(super) fn restart(&mut self) -> Result<(), HubError> {
        let empty = || -> io::Result<()> {
            self.file.set_len(0)?;
            io::Seek::rewind(&mut &self.file)
        };
        empty().map_err(|source| HubError::write(&self.path, source))?;
        self.length = 0;
        Ok(())
    }

    /// Flushes to disk, then renames onto `blob`, replacing it.
    pub(super) fn keep(self, blob: &Path) -> Result<(), HubError> {
        let keep = || {
            self.file.sync_all()?;
            fs::rename(&self.path, blob)
        };
        keep().map_err(|source| HubError::write(blob, source))
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // After `keep` no file has this name.
        let _ = fs::remove_file(&self.path);
    }
}

/// Removes what killed downloads of `blob` left. Call it only while holding the lock of `blob`.
pub(super) fn sweep(blob: &Path) {
    let (Some(folder), Some(hash)) = (blob.parent(), blob.file_name().and_then(|name| name.to_str())) else {
        return;
    };
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let is_partial = name.to_str().is_some_and(|name| name.starts_with(hash) && name.ends_with(ENDING));
        let modified = entry.metadata().and_then(|metadata| metadata.modified());
        let age = modified.ok().and_then(|time| time.elapsed().ok()).unwrap_or_default();
        if is_partial && age > ABANDONED_AFTER {
            let _ = fs::remove_file(entry.path());
        }
    }
}
