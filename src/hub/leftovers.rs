//! What killed runs left in the cache folder of a repository, and no later run took up: the hub has another file now.

use std::fs::{self, File, TryLockError};
use std::path::Path;
use std::time::Duration;

use super::cached_repo::list;
use crate::atomic_file::without_unique_ending;

/// Where nothing tells whether a file is in use, one that has not been written to for this long was abandoned.
const ABANDONED_AFTER: Duration = Duration::from_hours(1);

/// Removes our unfinished downloads, links and references from `folder`, unless another process is at work on them. Those
/// of Python have other names; it may take them up itself.
pub(super) fn sweep(folder: &Path, locks: &Path) {
    let mut found = Vec::new();
    for part in ["blobs", "snapshots", "refs"] {
        // What cannot be listed cannot be removed either.
        let _ = list(&folder.join(part), &mut |path| found.push(path.to_owned()));
    }
    for path in found {
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        if let Some(blob) = without_unique_ending(name, "incomplete") {
            remove_unused(&path, &locks.join(format!("{blob}.lock")));
        } else if without_unique_ending(name, "tmp").is_some() && is_old(&path) {
            let _ = fs::remove_file(path);
        }
    }
}

/// Removes the unfinished download at `path` if neither it nor its blob, by `lock`, is in use.
fn remove_unused(path: &Path, lock: &Path) {
    // Held until the file is gone, so that no one takes it up.
    let mut held = Vec::new();
    for path in [lock, path] {
        // Opening a pipe would wait for ever.
        let Some(file) = path.is_file().then(|| File::open(path).ok()).flatten() else { continue };
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => return,
            Err(TryLockError::Error(_)) if !is_old(path) => return,
            _ => held.push(file),
        }
    }
    let _ = fs::remove_file(path);
}

/// Whether nothing has happened to the file or link at `path` for long.
pub(super) fn is_old(path: &Path) -> bool {
    let changed = fs::symlink_metadata(path).and_then(|metadata| metadata.modified());
    let age = changed.ok().and_then(|time| time.elapsed().ok());
    age.is_some_and(|age| age > ABANDONED_AFTER)
}
