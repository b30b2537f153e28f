//! Files that appear whole or not at all: written beside their target, synced, then renamed onto it.
//!
//! `tempfile` would create them with mode 0600, which a rename carries over to the target, and leaves the sync to its
//! caller.

#[cfg(test)]
mod tests;

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

/// What `name` was before [`unique_name`] added to it; `None` if it did not.
pub(crate) fn without_unique_ending<'a>(name: &'a str, extension: &str) -> Option<&'a str> {
    let (front, middle) = name.strip_suffix(extension)?.strip_suffix('.')?.rsplit_once('.')?;
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    (middle.split('-').count() == 3 && middle.split('-').all(is_number)).then_some(front)
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
        Self::create_beside(&follow_links(target)?, extension)
    }

    /// As [`create`](Self::create), beside `target` itself, even if that is a link.
    pub(crate) fn create_beside(target: &Path, extension: &str) -> io::Result<Self> {
        let path = unique_name(target, extension);
        let permissions = fs::symlink_metadata(target).ok().filter(fs::Metadata::is_file);
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
        self.replace(&follow_links(target)?)
    }

    /// As [`commit`](Self::commit), but a link of that name is itself replaced.
    pub(crate) fn replace(&mut self, target: &Path) -> io::Result<()> {
        self.is_draft = false;
        sync(&self.file)?;
        fs::rename(&self.path, target)
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
