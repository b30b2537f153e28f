//! One download for all processes that want the same file.

use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::path::Path;

use super::error::HubError;

/// The right to download one file, as Python's `huggingface_hub` takes it: an exclusive `flock` of a file that stays.
///
/// It saves work and is not needed for a good cache: on file systems without locks everybody downloads.
pub(super) struct Lock {
    // Closing the file gives the lock back, also when the process is killed.
    file: Option<File>,
}

impl Lock {
    /// Takes the lock at `path`, after a call of `on_wait` if somebody else holds it.
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

    /// Whether nobody else can be downloading now.
    pub(super) fn is_held(&self) -> bool {
        self.file.is_some()
    }
}

/// Waits until `file` is locked; false if that cannot be done.
fn wait(file: &File) -> bool {
    loop {
        match file.lock() {
            Ok(()) => return true,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return false,
        }
    }
}
