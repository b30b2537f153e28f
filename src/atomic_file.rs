//! Files that appear whole or not at all: written beside their target, synced, then renamed onto it.
//!
//! `tempfile` would create them with mode 0600, which a rename carries over to the target, and leaves the sync to its
//! caller.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::SystemTime;

/// What file systems allow for one name, in bytes.
const LONGEST_NAME: usize = 255;

/// Links followed before a chain of them counts as a circle, as in Linux.
const MOST_LINKS: usize = 40;

/// `path` with an extension added that no other call, thread or process uses at the same time. A name that would become
/// too long for a file system is cut.
pub(crate) fn unique_name(path: &Path, extension: &str) -> PathBuf {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    // The time keeps containers that share a folder apart: their process ids are often equal.
    let time = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let (process, count) = (std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed));
    let ending = format!(".{process:x}-{count:x}-{:x}.{extension}", time.as_nanos());
    let mut name = path.file_name().unwrap_or_default().to_owned();
    if name.len() + ending.len() > LONGEST_NAME {
        let text = name.to_string_lossy();
        name = text[..text.floor_char_boundary(LONGEST_NAME - ending.len())].into();
    }
    name.push(ending);
    path.with_file_name(name)
}

/// The file that `path` leads to, through links, whether it exists or not. `canonicalize` knows existing files only, and
/// a rename onto a dangling link would replace the link.
fn follow_links(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        match fs::read_link(&path) {
            Ok(next) => path = path.parent().unwrap_or(Path::new("")).join(next),
            // Not a link, or nothing at all.
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("too many levels of symbolic links"))
}

/// An unfinished file under a temporary name. Dropping it removes the file, unless it was [committed](Self::commit), a
/// commit failed, or it was [kept](Self::keep_partial).
#[derive(Debug)]
pub(crate) struct AtomicFile {
    file: File,
    path: PathBuf,
    /// Whether dropping this removes the file at `path`.
    is_draft: bool,
}

impl AtomicFile {
    /// An empty file beside `target`, or beside the file that a link of that name leads to, named after it and ending in
    /// `extension`. It has the permissions of the file that it will replace.
    pub(crate) fn create(target: &Path, extension: &str) -> io::Result<Self> {
        let target = follow_links(target)?;
        let path = unique_name(&target, extension);
        let permissions = fs::metadata(&target).ok().filter(fs::Metadata::is_file);
        let permissions = permissions.map(|metadata| metadata.permissions());
        let file = open_new(&path, permissions.as_ref())?;
        let file = Self { file, path, is_draft: true };
        if let Some(permissions) = permissions {
            // What the umask took away.
            let _ = file.file.set_permissions(permissions);
        }
        Ok(file)
    }

    /// The unfinished file at `path`, to be continued at its end.
    pub(crate) fn reopen(path: PathBuf) -> io::Result<Self> {
        let mut file = File::options().read(true).write(true).open(&path)?;
        file.seek(SeekFrom::End(0))?;
        Ok(Self { file, path, is_draft: true })
    }

    /// The temporary name.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The open file, to be locked or asked for its length.
    pub(crate) fn file(&self) -> &File {
        &self.file
    }

    /// Discards what has been written.
    pub(crate) fn clear(&mut self) -> io::Result<()> {
        self.file.set_len(0)?;
        self.file.rewind()
    }

    /// A reader of all that has been written. Afterwards the file is at its end again if the reader was.
    pub(crate) fn read_again(&mut self) -> io::Result<impl Read> {
        self.file.rewind()?;
        Ok(&self.file)
    }

    /// Syncs the file and renames it to `target`, or to the file that a link of that name leads to, replacing that file.
    /// If this fails, the file stays under its [temporary name](Self::path): it is complete, and may be all there is.
    pub(crate) fn commit(&mut self, target: &Path) -> io::Result<()> {
        self.is_draft = false;
        sync(&self.file)?;
        fs::rename(&self.path, follow_links(target)?)
    }

    /// As [`commit`](Self::commit), but replaces nothing.
    ///
    /// # Errors
    /// `AlreadyExists` if something has the name.
    pub(crate) fn commit_new(&mut self, target: &Path) -> io::Result<()> {
        self.is_draft = false;
        sync(&self.file)?;
        let target = follow_links(target)?;
        // Unlike a rename, this fails if the name is taken.
        match fs::hard_link(&self.path, &target) {
            Ok(()) => {
                let _ = fs::remove_file(&self.path);
                Ok(())
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(error),
            // A file system without such links.
            Err(_) if target.symlink_metadata().is_err() => fs::rename(&self.path, target),
            Err(_) => Err(ErrorKind::AlreadyExists.into()),
        }
    }

    /// Keeps the file under its temporary name, which is returned.
    pub(crate) fn keep_partial(mut self) -> PathBuf {
        self.is_draft = false;
        std::mem::take(&mut self.path)
    }
}

/// Writes to the disk what the system still holds. That a file system cannot do this is no failure: then nothing can.
fn sync(file: &File) -> io::Result<()> {
    match file.sync_all() {
        Err(error) if !is_failed_sync(&error) => Ok(()),
        result => result,
    }
}

/// Whether it is more than a file system without a sync, as some in user space are.
fn is_failed_sync(error: &io::Error) -> bool {
    !matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported)
}

/// Creates the file at `path`, never more open to others than `permissions` say.
#[cfg(unix)]
fn open_new(path: &Path, permissions: Option<&fs::Permissions>) -> io::Result<File> {
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
    let mode = permissions.map_or(0o666, |permissions| permissions.mode() & 0o777);
    File::options().read(true).write(true).create_new(true).mode(mode).open(path)
}

#[cfg(not(unix))]
fn open_new(path: &Path, _permissions: Option<&fs::Permissions>) -> io::Result<File> {
    File::options().read(true).write(true).create_new(true).open(path)
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
        if self.is_draft {
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
    fn a_failed_commit_leaves_the_file() {
        let (folder, target) = target("failed");
        for in_the_way in ["no/such/folder", "."] {
            let mut file = AtomicFile::create(&target, "tmp").unwrap();
            file.write_all(b"all answers").unwrap();
            assert!(file.commit(&folder.join(in_the_way)).is_err());
            let path = file.path().to_owned();
            drop(file);
            assert_eq!(fs::read_to_string(&path).unwrap(), "all answers");
            fs::remove_file(path).unwrap();
        }
        assert_eq!(names(&folder), ["labels.csv"]);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn long_names_are_cut_to_what_file_systems_allow() {
        let (folder, _) = target("long");
        for name in ["x".repeat(224), "x".repeat(255), "é".repeat(127), format!("x{}", "é".repeat(127))] {
            let target = folder.join(&name);
            let mut file = AtomicFile::create(&target, "tmp").unwrap();
            file.write_all(b"new").unwrap();
            file.commit(&target).unwrap();
            assert_eq!(fs::read_to_string(&target).unwrap(), "new", "{name}");
        }
        assert_ne!(unique_name(Path::new("a"), "tmp"), unique_name(Path::new("a"), "tmp"));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_reopened_file_is_continued_at_its_end() {
        let (folder, target) = target("reopen");
        let mut file = AtomicFile::create(&target, "tmp").unwrap();
        file.write_all(b"first ").unwrap();
        let mut file = AtomicFile::reopen(file.keep_partial()).unwrap();
        let mut text = String::new();
        file.read_again().unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "first ");
        file.write_all(b"second").unwrap();
        file.commit(&target).unwrap();
        assert_eq!(fs::read_to_string(&target).unwrap(), "first second");
        fs::remove_dir_all(folder).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_and_what_it_leads_to_is_written() {
        use std::os::unix::fs::symlink;
        let (folder, target) = target("link");
        fs::create_dir(folder.join("disk")).unwrap();
        // Two links, relative, to a file that does not exist yet.
        symlink("second", folder.join("first")).unwrap();
        symlink("disk/new.csv", folder.join("second")).unwrap();
        for link in ["first", "second"] {
            let link = folder.join(link);
            let mut file = AtomicFile::create(&link, "tmp").unwrap();
            assert_eq!(file.path().parent().unwrap(), folder.join("disk"), "the rename stays on one disk");
            file.write_all(b"new").unwrap();
            file.commit(&link).unwrap();
            assert!(link.is_symlink());
        }
        assert_eq!(names(&folder.join("disk")), ["new.csv"]);
        symlink("circle", folder.join("circle")).unwrap();
        assert!(AtomicFile::create(&folder.join("circle"), "tmp").is_err());
        assert_eq!(fs::read_to_string(target).unwrap(), "old");
        fs::remove_dir_all(folder).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn the_permissions_of_a_replaced_file_stay() {
        use std::os::unix::fs::PermissionsExt;
        let (folder, target) = target("keep-mode");
        for mode in [0o600, 0o640, 0o666, 0o444] {
            fs::set_permissions(&target, fs::Permissions::from_mode(mode)).unwrap();
            let mut file = AtomicFile::create(&target, "tmp").unwrap();
            let of = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!(of(file.path()), mode, "while it is written");
            file.write_all(b"new").unwrap();
            file.commit(&target).unwrap();
            assert_eq!(of(&target), mode);
        }
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_new_file_replaces_nothing() {
        let (folder, target) = target("new");
        let mut file = AtomicFile::create(&target, "tmp").unwrap();
        file.write_all(b"new").unwrap();
        assert_eq!(file.commit_new(&target).unwrap_err().kind(), ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&target).unwrap(), "old");
        assert_eq!(fs::read_to_string(file.path()).unwrap(), "new", "all there is");
        fs::remove_file(&target).unwrap();
        file.commit_new(&target).unwrap();
        drop(file);
        assert_eq!(fs::read_to_string(&target).unwrap(), "new");
        assert_eq!(names(&folder), ["labels.csv"]);
        fs::remove_dir_all(folder).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_file_system_without_a_sync_is_no_failure() {
        // EINVAL, ENOSYS and EOPNOTSUPP of Linux, then EIO, ENOSPC and EDQUOT.
        for (number, is_failure) in
            [(22, false), (38, false), (95, false), (5, true), (28, true), (122, true)]
        {
            assert_eq!(is_failed_sync(&io::Error::from_raw_os_error(number)), is_failure, "{number}");
        }
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
