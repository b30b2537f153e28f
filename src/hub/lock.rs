//! One download for all processes that need the same file.

use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::error::HubError;
use crate::regular_file::refuse_special;

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
    /// If the file of the lock cannot be made, if it is no regular file, or that of `may_wait`.
    pub(super) fn acquire(
        path: &Path,
        on_wait: impl FnOnce(),
        may_wait: impl Fn() -> Result<(), HubError>,
    ) -> Result<Self, HubError> {
        let open = || {
            fs::create_dir_all(path.parent().unwrap_or(path))?;
            // To open a pipe is to wait for its reader, and to open a device may have effects.
            fs::metadata(path).map_or(Ok(()), |metadata| refuse_special(metadata.file_type()))?;
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

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    fn acquire(path: &Path) -> Result<Lock, HubError> {
        Lock::acquire(path, || {}, || Ok(()))
    }

    /// Opening the pipe would wait for ever.
    #[test]
    fn a_lock_that_is_no_regular_file_is_refused_by_name() {
        let folder = std::env::temp_dir().join(format!("mnet-lock-{}", std::process::id()));
        let [pipe, link, device, dangling] =
            ["pipe.lock", "link.lock", "device.lock", "new.lock"].map(|name| folder.join(name));
        fs::create_dir_all(&folder).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        std::os::unix::fs::symlink(&pipe, &link).unwrap();
        std::os::unix::fs::symlink("/dev/null", &device).unwrap();
        std::os::unix::fs::symlink(folder.join("elsewhere"), &dangling).unwrap();
        for (path, kind) in [(&pipe, "pipe"), (&link, "pipe"), (&device, "device"), (&folder, "directory")] {
            let Err(error) = acquire(path) else { panic!("{} was taken", path.display()) };
            let expected = format!("{}: it is a {kind}, expected a regular file", path.display());
            assert!(error.to_string().ends_with(&expected), "{error}");
        }
        assert!(acquire(&dangling).unwrap().is_held());
        assert!(acquire(&folder.join("deep/plain.lock")).unwrap().is_held());
        fs::remove_dir_all(folder).unwrap();
    }
}
