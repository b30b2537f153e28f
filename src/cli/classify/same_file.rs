//! Whether two names are of one file, however they are spelled: links of both kinds, redirections.

use std::fs::{self, File, Metadata};
use std::path::Path;

/// Whether both paths lead to one file that exists.
pub(super) fn are_same(one: &Path, other: &Path) -> bool {
    match (fs::metadata(one), fs::metadata(other)) {
        (Ok(one), Ok(other)) if cfg!(unix) => same(&one, &other),
        (Ok(_), Ok(_)) => one.canonicalize().ok() == other.canonicalize().ok(),
        _ => false,
    }
}

/// Whether the open `file` is still the one at `path`.
pub(super) fn is_at(file: &File, path: &Path) -> bool {
    match (file.metadata(), fs::metadata(path)) {
        (Ok(file), Ok(there)) => same(&file, &there),
        _ => false,
    }
}

#[cfg(unix)]
fn same(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// Elsewhere metadata do not tell.
#[cfg(not(unix))]
fn same(_: &Metadata, _: &Metadata) -> bool {
    true
}
