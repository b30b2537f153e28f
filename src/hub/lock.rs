//! One download for all processes that need the same file.

use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::error::HubError;

/// Between two looks at a lock that another process holds. Waiting inside the system would know no deadline.
const POLL: Duration = Duration::from_millis(100);

/// The right to download one file, taken as Python's `huggingface_hub` does: an exclusive `flock` of a file that
/// is never removed.
///
/// It saves work; the cache stays intact without it. On file systems without locks every process downloads.
pub(super) struct Lock {
    // Closing the file releases the lock, also when the process is killed.
    file: Option<File>,
}

impl Lock {
    /// Takes the lock at `path`. If another process holds it, calls `on_wait`, and waits as long as `may_wait` agrees.
    ///
    /// # Errors
    /// If the file of the lock cannot be made, or that of `may_wait`.
    pub(super) fn acquire(
        path: &Path,
        on_wait: impl FnOnce(),
        may_wait: impl Fn() -> Result<(), HubError>,
    ) -> Result<Self, HubError> {
        let open = || {
            fs::create_dir_all(path.parent().unwrap_or(path))?;
            File::options().create(true).append(true).open(path)
        };
        let file = open().map_err(|source| HubError::write(path, source))?;
        let mut on_wait = Some(on_wait);
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { file: Some(file) }),
                Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Interrupted => {}
                Err(TryLockError::Error(_)) => return Ok(Self { file: None }),
                Err(TryLockError::WouldBlock) => {
                    on_wait.take().into_iter().for_each(|call| call());
                    may_wait()?;
                    thread::sleep(POLL);
                }
            }
        }
    }

    /// Whether no other process can be downloading now.
    pub(super) fn is_held(&self) -> bool {
        self.file.is_some()
    }
}
