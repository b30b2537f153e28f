//! Paths that exist, for one that does not.

use std::fs;
use std::path::Path;

use crate::models::spelling::nearest;

/// How many entries of a folder are looked at.
const MOST: usize = 10_000;

/// A path in the same folder that `path` may have been meant for.
pub(crate) fn near_path(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    let folder = path.parent()?;
    let entries = fs::read_dir(if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
    // A link to nothing is no better than `path`, and may be it.
    let entries = entries.ok()?.take(MOST).flatten().filter(|entry| entry.path().exists());
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let near = nearest(name, names).into_iter().next()?;
    folder.join(near).into_os_string().into_string().ok()
}

/// The folder of `path`, if it does not exist.
pub(crate) fn missing_folder(path: &Path) -> Option<&Path> {
    path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_that_are_missing_are_told() {
        assert_eq!(missing_folder(Path::new("no/such/file")), Some(Path::new("no/such")));
        assert_eq!([missing_folder(Path::new("file")), missing_folder(Path::new("src/file"))], [None; 2]);
    }

    #[test]
    fn slips_of_the_finger_are_found() {
        assert_eq!(near_path(Path::new("asets")).as_deref(), Some("assets"));
        assert_eq!(near_path(Path::new("src/mian.rs")).as_deref(), Some("src/main.rs"));
        assert_eq!(near_path(Path::new("nothing-like-it")), None);
        assert_eq!(near_path(Path::new("no/such/folder")), None);
    }
}
