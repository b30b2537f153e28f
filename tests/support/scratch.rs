//! Temporary folders for tests.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::SystemTime;

/// A folder for one test; dropping it removes the folder.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    /// Creates an empty folder.
    pub(crate) fn new() -> Self {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let name = format!("mnet-test-{}-{}", std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).expect("the temporary folder is writable");
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Everything in the folder: time of change and content by relative path; of a link, its own.
    pub(crate) fn contents(&self) -> BTreeMap<PathBuf, (SystemTime, Vec<u8>)> {
        let mut found = BTreeMap::new();
        collect(&self.0, &self.0, &mut found);
        found
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn collect(root: &Path, folder: &Path, found: &mut BTreeMap<PathBuf, (SystemTime, Vec<u8>)>) {
    for entry in fs::read_dir(folder).expect("the folder can be read").flatten() {
        let (path, kind) = (entry.path(), entry.file_type().expect("the entry has a type"));
        let time =
            fs::symlink_metadata(&path).and_then(|metadata| metadata.modified()).expect("files have times");
        let content = if kind.is_symlink() {
            fs::read_link(&path).expect("links can be read").to_string_lossy().into_owned().into_bytes()
        } else if kind.is_file() {
            fs::read(&path).expect("files can be read")
        } else {
            collect(root, &path, found);
            vec![]
        };
        found.insert(path.strip_prefix(root).expect("it lies under the root").to_owned(), (time, content));
    }
}
