//! One writer for each file of answers: two runs that append to one file destroy it.

use std::fs::{File, TryLockError};
use std::io;

/// Keeps other runs away from `file` until it is closed.
///
/// # Errors
/// If another run has it.
pub(in crate::cli) fn lock(file: &File) -> io::Result<()> {
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => {
            Err(io::Error::other("another mnet is writing it; wait for that, or write to another file"))
        }
        // Some network file systems have no locks.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(()),
    }
}
