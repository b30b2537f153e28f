//! The file of an unfinished download.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::error::HubError;
use super::etag::Etag;
use super::leftovers::is_old;
use crate::atomic_file::AtomicFile;

/// Ending of unfinished downloads, the same as Python's.
const ENDING: &str = "incomplete";

/// Bytes for which it is worth leaving a file behind.
const WORTH_LEAVING: u64 = 32 << 10;

/// Creates the folder of `path`.
pub(super) fn create_parent(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)
}

/// A download before its checks, in a file of its own, which is locked while it is written. Unless kept or left, the file
/// is removed on drop.
pub(super) struct Partial {
    file: AtomicFile,
    length: u64,
    is_taken_up: bool,
}

impl Partial {
    /// What an earlier run left of `blob`, if that has 1 to `most` bytes, else an empty file beside it,
    /// `HASH.….incomplete`. Whatever else earlier runs left of it is removed.
    ///
    /// Only the holder of the lock of `blob` can take anything up: no one else, Python included, writes to it then.
    pub(super) fn begin(blob: &Path, is_locked: bool, most: Option<u64>) -> Result<Self, HubError> {
        if !is_locked {
            remove_old(blob);
        } else if let Some(left) = take_up(blob, most.unwrap_or(0)) {
            return Ok(left);
        }
        let create = || {
            create_parent(blob)?;
            AtomicFile::create_beside(blob, ENDING)
        };
        let file = create().map_err(|source| HubError::write(blob, source))?;
        // A help for others alone, so it may fail.
        let _ = file.file().try_lock();
        Ok(Self { file, length: 0, is_taken_up: false })
    }

    /// Bytes so far.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Whether some of the bytes are an earlier run's.
    pub(super) fn is_taken_up(&self) -> bool {
        self.is_taken_up
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
        (self.length, self.is_taken_up) = (0, false);
        Ok(())
    }

    /// Checks the content against `etag`; returns its hash if that is another.
    pub(super) fn check(&mut self, etag: &Etag) -> Result<Option<String>, HubError> {
        let length = self.length;
        let check = self.file.read_again().and_then(|content| etag.check(content, length));
        check.map_err(|source| HubError::Read { path: self.file.path().to_owned(), source })
    }

    /// Syncs the file, then renames it to `blob`, replacing a file or link of that name. What a link leads to is not the
    /// cache's, and stays.
    pub(super) fn keep(mut self, blob: &Path) -> Result<(), HubError> {
        self.file.replace(blob).map_err(|source| HubError::write(blob, source))
    }

    /// Leaves the file for a later run, if there is enough in it.
    pub(super) fn leave(self) {
        if self.length >= WORTH_LEAVING {
            self.file.keep_partial();
        }
    }
}

/// The largest file of at most `most` bytes that an earlier run left of `blob`. The others are removed.
fn take_up(blob: &Path, most: u64) -> Option<Partial> {
    let mut best: Option<Partial> = None;
    for path in leftovers(blob) {
        let Ok(file) = AtomicFile::reopen(path) else { continue };
        if file.file().try_lock().is_err() {
            // In use after all.
            file.keep_partial();
            continue;
        }
        let length = file.file().metadata().map_or(0, |metadata| metadata.len());
        if length > best.as_ref().map_or(0, Partial::length) && length <= most {
            best = Some(Partial { file, length, is_taken_up: true });
        }
    }
    best
}

/// Removes the files that killed runs left of `blob`, judged by their age.
fn remove_old(blob: &Path) {
    for path in leftovers(blob) {
        if is_old(&path) {
            let _ = fs::remove_file(path);
        }
    }
}

/// Unfinished downloads of `blob`: `HASH.incomplete` and `HASH.ANYTHING.incomplete`.
fn leftovers(blob: &Path) -> Vec<PathBuf> {
    let (Some(folder), Some(hash)) = (blob.parent(), blob.file_name().and_then(|name| name.to_str())) else {
        return vec![];
    };
    let is_leftover = |name: &str| {
        let middle = name.strip_prefix(hash).and_then(|rest| rest.strip_suffix(ENDING)?.strip_prefix('.'));
        middle.is_some_and(|middle| middle.matches('.').count() == usize::from(!middle.is_empty()))
    };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let files = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
    files
        .filter(|entry| entry.file_name().to_str().is_some_and(is_leftover))
        .map(|entry| entry.path())
        .collect()
}
