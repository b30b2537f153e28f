//! One download for all processes that need the same file.

use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::path::Path;

use super::error::HubError;

/// The right to download one file, taken as Python's `huggingface_hub` does: an exclusive `flock` of a file that
/// is never removed.
///
/// It saves work; the cache stays intact without it. On file systems without locks every process downloads.
pub(super) struct Lock {
    // Closing the file releases the lock, also when the process is killed.
    file: Option<File>,
}

impl Lock {
    /// Takes the lock at `path`; calls `on_wait` first if another process holds it.
    pub(super) fn acquire(path: &Path, on_wait: impl FnOnce()) -> Result<Self, HubError> {
        let open = || {
            fs::create_dir_all(path.parent().unwrap_or(path))?;
            File::options().create(true).append(true).open(path)
        };
        let file = open().map_err(|source| HubError::write(path, source))?;
        let locked = match file.try_lock() {
            Ok(()) => true,
            Err(TryLockError::WouldBlock) => {
                on_wait();
                wait(&file)
            }
            Err(TryLockError::Error(_)) => false,
        };
        Ok(Self { file: locked.then_some(file) })
    }

    /// Whether no other process can be downloading now.
    pub(super) fn is_held(&self) -> bool {
        self.file.is_some()
    }
}

/// Waits until `file` is locked; false if it cannot be.
fn wait(file: &File) -> bool {
    loop {
        match file.lock() {
            Ok(()) => return true,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return false,
        }
    }
}
