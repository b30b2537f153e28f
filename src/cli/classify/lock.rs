//! One writer for each file of answers: two runs that append to one file destroy it.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;

/// Keeps other runs away from `file` until it is closed.
///
/// # Errors
/// If another run has it.
pub(super) fn lock(file: &File) -> io::Result<()> {
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => {
            Err(io::Error::other("another mnet is writing it; wait for that, or write to another file"))
        }
        // Some network file systems have no locks.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(()),
    }
}

/// Whether the file at `path` is `file`, and not one that has taken its name.
#[cfg(unix)]
pub(super) fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let id = |metadata: std::fs::Metadata| (metadata.dev(), metadata.ino());
    match path.metadata() {
        Ok(found) => Ok(id(found) == id(file.metadata()?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Elsewhere an open file keeps its name.
#[cfg(not(unix))]
pub(super) fn is_at(_file: &File, path: &Path) -> io::Result<bool> {
    Ok(path.exists())
}
