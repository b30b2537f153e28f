//! Paths that stand for open files: `/dev/stdout`, `/dev/fd/3`, `/proc/self/fd/1`.
//!
//! On Linux they look like links to the file. But another program opened the file and goes on writing to it, so the file
//! must not be replaced.

use std::fs;
use std::path::{Path, PathBuf};

/// Links that are followed. A longer chain is an error when the file is opened.
const MOST_LINKS: usize = 40;

/// An open file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Descriptor {
    /// Of this process, by its number.
    Own(u32),
    /// Of another process.
    Foreign,
}

impl Descriptor {
    pub(in crate::cli) const STDIN: Self = Self::Own(0);
    pub(in crate::cli) const STDOUT: Self = Self::Own(1);
    pub(in crate::cli) const STDERR: Self = Self::Own(2);

    /// The open file that `path` stands for, if it does, directly or through links.
    pub(in crate::cli) fn of(path: &Path) -> Option<Self> {
        let mut path = path.to_owned();
        for _ in 0..MOST_LINKS {
            let folder = path.parent().unwrap_or(Path::new(""));
            if let Some(found) = Self::in_folder(folder, &path) {
                return Some(found);
            }
            path = folder.join(fs::read_link(&path).ok()?);
        }
        None
    }

    /// The same for a `path` in `folder`, without following links to it.
    fn in_folder(folder: &Path, path: &Path) -> Option<Self> {
        let number = path.file_name()?.to_str()?.parse().ok()?;
        let folder: PathBuf = folder.canonicalize().ok()?;
        // On Linux this is a link to the folder in `/proc`.
        if folder == Path::new("/dev/fd") {
            return Some(Self::Own(number));
        }
        let is_own = || Path::new("/proc/self").canonicalize().is_ok_and(|own| folder.starts_with(own));
        let is_descriptors = folder.starts_with("/proc") && folder.ends_with("fd");
        is_descriptors.then(|| if is_own() { Self::Own(number) } else { Self::Foreign })
    }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_open_files_are_known() {
        let own = std::process::id();
        for (path, expected) in [
            ("/dev/stdout".to_owned(), Some(Descriptor::STDOUT)),
            ("/dev/stderr".to_owned(), Some(Descriptor::STDERR)),
            ("/dev/fd/1".to_owned(), Some(Descriptor::STDOUT)),
            ("/dev/../dev/fd/7".to_owned(), Some(Descriptor::Own(7))),
            ("/proc/self/fd/2".to_owned(), Some(Descriptor::STDERR)),
            ("/proc/thread-self/fd/2".to_owned(), Some(Descriptor::STDERR)),
            (format!("/proc/{own}/fd/1"), Some(Descriptor::STDOUT)),
            ("/proc/1/fd/1".to_owned(), Some(Descriptor::Foreign)),
            ("/dev/null".to_owned(), None),
            ("labels.jsonl".to_owned(), None),
            ("/tmp/1".to_owned(), None),
            (String::new(), None),
        ] {
            assert_eq!(Descriptor::of(Path::new(&path)), expected, "{path}");
        }
    }

    #[test]
    fn a_link_to_one_of_them_is_one_of_them() {
        let link = std::env::temp_dir().join(format!("mnet-descriptor-{}", std::process::id()));
        let _ = fs::remove_file(&link);
        std::os::unix::fs::symlink("/dev/stdout", &link).unwrap();
        assert_eq!(Descriptor::of(&link), Some(Descriptor::STDOUT));
        fs::remove_file(link).unwrap();
    }
}
