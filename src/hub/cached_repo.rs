//! What the cache holds of one repository: to count, to check, to remove.

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::error::HubError;
use super::etag::Etag;

/// A repository in the cache, with all its revisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CachedRepo {
    folder: PathBuf,
    locks: PathBuf,
}

/// A file of a snapshot, or a blob that no snapshot links to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CachedFile {
    /// `COMMIT/NAME` for a file of a snapshot, or the name of the blob.
    pub name: String,
    /// Where its content is, links resolved.
    pub path: PathBuf,
    /// Size in bytes; `None` if the content is missing.
    pub length: Option<u64>,
}

/// Files of locks. They stay when a download ends; it is the lock on the file that counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Locks {
    /// How many there are.
    pub files: usize,
    /// How many of them a process holds now, which is downloading.
    pub held: usize,
}

/// What a check of a file found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Integrity {
    /// Its content has the hash it is named by.
    Intact,
    /// Its content has another hash.
    Damaged {
        /// The hash it is named by.
        expected: String,
        /// The hash of its content.
        found: String,
    },
    /// Its content is missing.
    Missing,
    /// It is a pipe, a device or a folder: nothing that the hub has, and nothing to read.
    Special,
    /// It is not named by a hash: the cache has no links, or another program wrote the file.
    NoHash,
}

impl Integrity {
    /// Checks the content of the blob at `path`.
    pub(super) fn of(path: &Path) -> Result<Self, HubError> {
        let failed = |source| HubError::Read { path: path.to_owned(), source };
        // Opening a pipe would wait for ever, and a device has no end.
        if !path.metadata().map_err(failed)?.is_file() {
            return Ok(Self::Special);
        }
        let name = path.file_name().and_then(|name| name.to_str()).and_then(Etag::of_hash);
        let Some(expected) = name else { return Ok(Self::NoHash) };
        Ok(match expected.check_file(path).map_err(failed)? {
            Some(found) => Self::Damaged { expected: expected.to_string(), found },
            None => Self::Intact,
        })
    }
}

impl CachedRepo {
    /// The repository whose cache folder is `folder`; `None` if there is no such folder.
    pub(super) fn open(folder: &Path, locks: &Path) -> Option<Self> {
        folder.is_dir().then(|| Self { folder: folder.to_owned(), locks: locks.to_owned() })
    }

    /// Its folder in the cache.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Files of all snapshots, and blobs that none of them links to, sorted by name.
    ///
    /// # Errors
    /// If a folder cannot be read.
    pub fn files(&self) -> Result<Vec<CachedFile>, HubError> {
        let mut files = Vec::new();
        let snapshots = self.folder.join("snapshots");
        list(&snapshots, &mut |path| {
            let name = path.strip_prefix(&snapshots).unwrap_or(path).display().to_string();
            let length = path.metadata().ok().map(|metadata| metadata.len());
            let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
            files.push(CachedFile { name, path, length });
        })?;
        let blobs = self.folder.join("blobs");
        let mut unlinked = Vec::new();
        list(&blobs, &mut |path| {
            let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
            if !files.iter().any(|file| file.path == path) {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let length = path.metadata().ok().map(|metadata| metadata.len());
                unlinked.push(CachedFile { name, path, length });
            }
        })?;
        files.extend(unlinked);
        files.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(files)
    }

    /// Bytes on disk; content shared by several snapshots counts once.
    ///
    /// # Errors
    /// If a folder cannot be read.
    pub fn bytes(&self) -> Result<u64, HubError> {
        let files = self.files()?;
        let lengths: BTreeMap<_, _> = files.iter().map(|file| (&file.path, file.length)).collect();
        Ok(lengths.into_values().flatten().sum())
    }

    /// Checks a file against the hash it is named by.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn verify(&self, file: &CachedFile) -> Result<Integrity, HubError> {
        if file.length.is_none() {
            return Ok(Integrity::Missing);
        }
        Integrity::of(&file.path)
    }

    /// The locks of its downloads.
    ///
    /// # Errors
    /// If a folder cannot be read.
    pub fn locks(&self) -> Result<Locks, HubError> {
        let mut locks = Locks::default();
        list(&self.locks, &mut |path| {
            locks.files += 1;
            locks.held += usize::from(matches!(take(path), Some(Err(()))));
        })?;
        Ok(locks)
    }

    /// Removes all revisions from the cache and returns the bytes freed. Links are not followed: what lies outside the
    /// cache stays.
    ///
    /// # Errors
    /// If another process is downloading into it, if its folder is a link, or a file cannot be removed.
    pub fn remove(self) -> Result<u64, HubError> {
        let bytes = self.bytes()?;
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| HubError::Write { path, source }
        };
        if self.folder.is_symlink() {
            return Err(failed(&self.folder)(io::Error::other("it is a link to a folder outside the cache")));
        }
        // Held until the folder is gone, so that no download into it can begin.
        let mut held = Vec::new();
        let mut busy = None;
        list(&self.locks, &mut |path| match take(path) {
            Some(Ok(file)) => held.push(file),
            Some(Err(())) => busy = Some(path.to_owned()),
            None => {}
        })?;
        if let Some(path) = busy {
            let source = io::Error::new(io::ErrorKind::ResourceBusy, "another process is downloading it");
            return Err(failed(&path)(source));
        }
        fs::remove_dir_all(&self.folder).map_err(failed(&self.folder))?;
        let is_inside = |path: &Path| path.is_dir() && !path.is_symlink();
        if self.locks.parent().is_some_and(is_inside) && is_inside(&self.locks) {
            fs::remove_dir_all(&self.locks).map_err(failed(&self.locks))?;
        }
        Ok(bytes)
    }
}

/// Takes the lock at `path`; an error if another process has it, `None` if nothing can be locked there. Dropping the file
/// gives it back.
fn take(path: &Path) -> Option<Result<File, ()>> {
    // Not every file here need be a lock: opening a pipe would wait for ever.
    let file = path.is_file().then(|| File::open(path).ok()).flatten()?;
    let is_taken = matches!(file.try_lock(), Err(TryLockError::WouldBlock));
    Some(if is_taken { Err(()) } else { Ok(file) })
}

/// Visits every file and link below `folder`; none if it does not exist.
pub(super) fn list(folder: &Path, visit: &mut dyn FnMut(&Path)) -> Result<(), HubError> {
    let failed = |source| HubError::Read { path: folder.to_owned(), source };
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(failed)?,
    };
    for entry in entries {
        let entry = entry.map_err(failed)?;
        if entry.file_type().map_err(failed)?.is_dir() {
            list(&entry.path(), visit)?;
        } else {
            visit(&entry.path());
        }
    }
    Ok(())
}
