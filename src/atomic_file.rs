//! Files that appear whole or not at all: written beside their target, synced, then renamed onto it.
//!
//! `tempfile` would create them with mode 0600, which a rename carries over to the target, and leaves the sync to its
//! caller.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::SystemTime;

/// `path` with an extension added that no other call, thread or process uses at the same time.
pub(crate) fn unique_name(path: &Path, extension: &str) -> PathBuf {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    // The time keeps containers that share a folder apart: their process ids are often equal.
    let time = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let (process, count) = (std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed));
    let mut name: OsString = path.into();
    name.push(format!(".{process:x}-{count:x}-{:x}.{extension}", time.as_nanos()));
    name.into()
}

/// An unfinished file under a temporary name. Dropping it removes the file, unless it was [committed](Self::commit) or
/// [kept](Self::keep_partial).
#[derive(Debug)]
pub(crate) struct AtomicFile {
    file: File,
    /// Empty once the file has been committed or kept.
    path: PathBuf,
}

impl AtomicFile {
    /// An empty file beside `target`, named after it and ending in `extension`.
    pub(crate) fn create(target: &Path, extension: &str) -> io::Result<Self> {
        let path = unique_name(target, extension);
        let file = File::options().write(true).create_new(true).open(&path)?;
        Ok(Self { file, path })
    }

    /// The temporary name.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Discards what has been written.
    pub(crate) fn clear(&mut self) -> io::Result<()> {
        self.file.set_len(0)?;
        self.file.rewind()
    }

    /// Syncs the file and renames it to `target`, replacing a file of that name.
    pub(crate) fn commit(&mut self, target: &Path) -> io::Result<()> {
        self.file.sync_all()?;
        fs::rename(&self.path, target)?;
        self.path.clear();
        Ok(())
    }

    /// Keeps the file under its temporary name, which is returned.
    pub(crate) fn keep_partial(mut self) -> PathBuf {
        std::mem::take(&mut self.path)
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        if !self.path.as_os_str().is_empty() {
            let _ = fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An empty folder named after the test, and a target in it that holds "old".
    fn target(test: &str) -> (PathBuf, PathBuf) {
        let folder = std::env::temp_dir().join(format!("mnet-atomic-{test}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir(&folder).unwrap();
        let target = folder.join("labels.csv");
        fs::write(&target, "old").unwrap();
        (folder, target)
    }

    fn names(folder: &Path) -> Vec<String> {
        let name = |entry: io::Result<fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
        fs::read_dir(folder).unwrap().map(name).collect()
    }

    #[test]
    fn a_commit_replaces_the_target_and_leaves_nothing_beside_it() {
        let (folder, target) = target("commit");
        let mut file = AtomicFile::create(&target, "tmp").unwrap();
        file.write_all(b"draft").unwrap();
        file.clear().unwrap();
        file.write_all(b"new").unwrap();
        assert_eq!(fs::read_to_string(&target).unwrap(), "old");
        file.commit(&target).unwrap();
        drop(file);
        assert_eq!(fs::read_to_string(&target).unwrap(), "new");
        assert_eq!(names(&folder), ["labels.csv"]);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_dropped_file_is_removed_and_a_kept_one_is_not() {
        let (folder, target) = target("drop");
        drop(AtomicFile::create(&target, "tmp").unwrap());
        assert_eq!(names(&folder), ["labels.csv"]);
        let mut file = AtomicFile::create(&target, "tmp").unwrap();
        file.write_all(b"part").unwrap();
        let kept = file.keep_partial();
        assert_eq!(fs::read_to_string(&kept).unwrap(), "part");
        assert_eq!(kept.extension(), Some("tmp".as_ref()));
        assert_eq!(fs::read_to_string(&target).unwrap(), "old");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_failed_commit_can_still_be_kept() {
        let (folder, target) = target("failed");
        let mut file = AtomicFile::create(&target, "tmp").unwrap();
        file.write_all(b"part").unwrap();
        assert!(file.commit(&folder.join("no/such/folder")).is_err());
        assert_eq!(fs::read_to_string(file.keep_partial()).unwrap(), "part");
        fs::remove_dir_all(folder).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn permissions_are_those_of_any_new_file() {
        use std::os::unix::fs::PermissionsExt;
        let (folder, target) = target("mode");
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
        let expected = mode(&target);
        let mut file = AtomicFile::create(&target, "tmp").unwrap();
        file.commit(&target).unwrap();
        assert_eq!(mode(&target), expected);
        fs::remove_dir_all(folder).unwrap();
    }
}
