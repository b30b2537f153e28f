//! Whether two names are of one file, however they are spelled: links of both kinds, redirections.

use std::fs::{self, File, Metadata};
use std::path::Path;

/// Whether both paths lead to one file that exists.
pub(in crate::cli) fn are_same(one: &Path, other: &Path) -> bool {
    match (fs::metadata(one), fs::metadata(other)) {
        (Ok(one), Ok(other)) if cfg!(unix) => same(&one, &other),
        (Ok(_), Ok(_)) => one.canonicalize().ok() == other.canonicalize().ok(),
        _ => false,
    }
}

/// Whether both paths lead to one file, or would if it existed.
pub(in crate::cli) fn will_be_same(one: &Path, other: &Path) -> bool {
    let place = |path: &Path| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Some((folder.canonicalize().ok()?, path.file_name()?.to_owned()))
    };
    are_same(one, other) || place(one).is_some_and(|one| place(other) == Some(one))
}

/// Whether the open `file` is still the one at `path`.
pub(in crate::cli) fn is_at(file: &File, path: &Path) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_to_come_are_told_apart() {
        let is_same = |one: &str, other: &str| will_be_same(Path::new(one), Path::new(other));
        assert!(is_same("new.svg", "./new.svg") && is_same("src/new.svg", "src/cli/../new.svg"));
        assert!(is_same("Cargo.toml", "src/../Cargo.toml"));
        assert!(!is_same("new.svg", "new.csv") && !is_same("new.svg", "src/new.svg"));
        assert!(!is_same("no/such/a", "no/other/a"));
    }
}
