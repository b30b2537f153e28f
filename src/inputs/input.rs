//! One thing to label.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use super::member::Member;
use crate::record::ItemError;

/// The name that stands for stdin.
pub(in crate::inputs) const STDIN: &str = "-";

/// One input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A path that was named, or a file that was found. It may not exist.
    File(PathBuf),
    /// The bytes of a picture on stdin, named `-`.
    Stdin,
    /// A picture of a file that holds many.
    Member(Arc<Member>),
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
            Self::Member(member) => &member.path,
            Self::Stdin => Path::new(STDIN),
        }
    }

    /// The same input under the name that it was asked for by.
    pub(super) fn named(self, path: PathBuf) -> Self {
        match self {
            Self::File(_) => Self::File(path),
            Self::Stdin => Self::Stdin,
            Self::Unreadable { error, .. } => Self::Unreadable { path, error },
            Self::Member(mut member) => {
                if let Some(member) = Arc::get_mut(&mut member) {
                    member.path = path;
                }
                Self::Member(member)
            }
        }
    }

    /// The values of the columns that are kept.
    pub fn kept(&self) -> &[Value] {
        if let Self::Member(member) = self { &member.kept } else { &[] }
    }

    /// Whether its name means the same picture in a later run. A pipe has another one each time, and what cannot be listed
    /// now may be listed then, unless it is of a kind that mnet does not read.
    pub fn is_lasting(&self) -> bool {
        match self {
            Self::File(path) => !is_stream(path),
            // Whoever hands over a stream again means the same by the same name.
            Self::Member(_) => true,
            // The row of a failure that stays is not repeated.
            Self::Unreadable { error, .. } => error.kind == "unsupported",
            Self::Stdin => false,
        }
    }
}

/// Whether `path` is a pipe, a device, or a descriptor such as `/dev/stdin`. A missing file is not a stream.
pub(in crate::inputs) fn is_stream(path: &Path) -> bool {
    let is_handle = ["/dev/fd", "/dev/stdin", "/proc"].iter().any(|start| path.starts_with(start));
    is_handle || path.metadata().is_ok_and(|metadata| !metadata.is_file())
}

/// The name of stdin that is a file on Unix.
const DESCRIPTOR: &str = "/dev/stdin";

/// Whether `path` is a name of stdin other than `-`.
pub(super) fn is_descriptor_of_stdin(path: &Path) -> bool {
    [DESCRIPTOR, "/dev/fd/0", "/proc/self/fd/0"].iter().any(|name| path == Path::new(name))
        || is_stream_of_stdin(path)
}

/// Whether `path` leads to the pipe or terminal that is stdin, through a link or another name of the descriptor. A file that stdin was
/// redirected from does not count, because it can be read again.
#[cfg(unix)]
fn is_stream_of_stdin(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let place = |path: &Path| {
        let metadata = path.metadata().ok().filter(|it| !it.is_file() && !it.is_dir())?;
        Some((metadata.dev(), metadata.ino()))
    };
    place(path).is_some_and(|found| place(Path::new(DESCRIPTOR)) == Some(found))
}

#[cfg(not(unix))]
fn is_stream_of_stdin(_: &Path) -> bool {
    false
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
        let unsupported = ItemError { kind: "unsupported", ..error.clone() };
        assert!(Input::Unreadable { path: "a".into(), error: unsupported }.is_lasting());
        assert!(!Input::Stdin.is_lasting() && !Input::Unreadable { path: "a".into(), error }.is_lasting());
    }
}
