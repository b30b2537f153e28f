//! One thing to label.

use std::path::{Component, Path, PathBuf};

use crate::record::ItemError;

/// The name that stands for stdin.
pub(super) const STDIN: &str = "-";

/// One input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A path that was named, or a file that was found. It may not exist.
    File(PathBuf),
    /// The bytes of a picture on stdin, named `-`.
    Stdin,
    /// Something that cannot be listed. It gets an error of its own, like a picture that cannot be read.
    Unreadable {
        /// The path as it was named.
        path: PathBuf,
        /// Why it cannot be listed.
        error: ItemError,
    },
}

impl Input {
    /// The path as it was named.
    pub fn path(&self) -> &Path {
        match self {
            Self::File(path) | Self::Unreadable { path, .. } => path,
            Self::Stdin => Path::new(STDIN),
        }
    }

    /// Whether its name means the same picture in a later run. A pipe has another one each time, and what cannot be listed
    /// now may be listed then.
    pub fn is_lasting(&self) -> bool {
        match self {
            Self::File(path) => !is_stream(path),
            Self::Stdin | Self::Unreadable { .. } => false,
        }
    }
}

/// Whether `path` is a pipe, a device, or a descriptor such as `/dev/stdin`. A missing file is not a stream.
fn is_stream(path: &Path) -> bool {
    let is_handle = ["/dev/fd", "/dev/stdin", "/proc"].iter().any(|start| path.starts_with(start));
    is_handle || path.metadata().is_ok_and(|metadata| !metadata.is_file())
}

/// Whether it is the address of a picture rather than its path.
pub fn is_address(path: &Path) -> bool {
    let Some(Component::Normal(first)) = path.components().next() else { return false };
    let is_host = first.to_str().is_some_and(|first| first.to_ascii_lowercase().starts_with("www."));
    is_host || ["https:", "http:", "ftp:"].iter().any(|scheme| first.eq_ignore_ascii_case(scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_last() {
        let file = |path: &str| Input::File(path.into()).is_lasting();
        assert!(file("Cargo.toml") && file("no/such.jpg") && file("/dev/shm/a.jpg"));
        assert!(!file("/dev/fd/63") && !file("/dev/stdin") && !file("/proc/self/fd/0") && !file("/dev/null"));
        let error = ItemError::io("the list cannot be read");
        assert!(!Input::Stdin.is_lasting() && !Input::Unreadable { path: "a".into(), error }.is_lasting());
    }
}
