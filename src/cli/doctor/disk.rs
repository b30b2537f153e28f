//! What the file system says of a folder, without writing to it.

use std::path::Path;

/// Whether this process may make files in it.
#[cfg(unix)]
pub(super) fn is_writable(folder: &Path) -> bool {
    use rustix::fs::{Access, access};
    access(folder, Access::WRITE_OK | Access::EXEC_OK).is_ok()
}

/// Whether this process may make files in it, as far as that can be told.
#[cfg(not(unix))]
pub(super) fn is_writable(folder: &Path) -> bool {
    folder.metadata().is_ok_and(|metadata| !metadata.permissions().readonly())
}

/// Bytes that are free for this user; `None` if that cannot be told.
#[cfg(unix)]
pub(super) fn free_bytes(folder: &Path) -> Option<u64> {
    let found = rustix::fs::statvfs(folder).ok()?;
    found.f_bavail.checked_mul(found.f_frsize)
}

/// Bytes that are free for this user; `None` if that cannot be told.
#[cfg(not(unix))]
pub(super) fn free_bytes(_folder: &Path) -> Option<u64> {
    None
}

/// The folder itself, or the nearest above it that exists: where it would be made.
pub(super) fn nearest(folder: &Path) -> &Path {
    let existing = folder.ancestors().find(|folder| !folder.as_os_str().is_empty() && folder.exists());
    existing.unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_to_be_made_lies_in_one_that_exists() {
        let folder = std::env::temp_dir();
        assert_eq!(nearest(&folder), folder);
        assert_eq!(nearest(&folder.join("mnet-no/such/folder")), folder);
        assert_eq!(nearest(Path::new("mnet-no/such")), Path::new("."));
    }

    #[cfg(unix)]
    #[test]
    fn the_temporary_folder_is_writable_and_has_room() {
        let folder = std::env::temp_dir();
        assert!(is_writable(&folder) && free_bytes(&folder).is_some());
        assert!(!is_writable(&folder.join("mnet-no-such")));
    }
}
