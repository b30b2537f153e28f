//! What the cache holds of a repository: to count it, to check it, to remove it.

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::error::HubError;
use super::etag::Etag;

/// A repository in the cache, all revisions of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    folder: PathBuf,
    locks: PathBuf,
}

/// A file of a snapshot, or a blob that no snapshot names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// `COMMIT/NAME` in the snapshots, or the blob's own name.
    pub name: String,
    /// Where its content lies.
    pub path: PathBuf,
    /// Bytes; none if the content is gone.
    pub length: Option<u64>,
}

/// What a check found of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Its content is the one that its hash names.
    Whole,
    /// It has another.
    Damaged {
        /// The hash that names it.
        expected: String,
        /// That of its content.
        found: String,
    },
    /// Its content is gone.
    Missing,
    /// No hash names it: a cache without links, or a file of somebody else.
    Unnamed,
}

impl Stored {
    /// The repository whose cache folder is `folder`; none if there is no such folder.
    pub(super) fn open(folder: &Path, locks: &Path) -> Option<Self> {
        folder.is_dir().then(|| Self { folder: folder.to_owned(), locks: locks.to_owned() })
    }

    /// Its folder in the cache.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Files of all snapshots, and blobs that none of them names, by name.
    ///
    /// # Errors
    /// If a folder cannot be read.
    pub fn files(&self) -> Result<Vec<StoredFile>, HubError> {
        let mut files = Vec::new();
        let snapshots = self.folder.join("snapshots");
        list(&snapshots, &mut |path| {
            let name = path.strip_prefix(&snapshots).unwrap_or(path).display().to_string();
            // At the end of its link, if it is one and there is an end.
            let length = path.metadata().ok().map(|metadata| metadata.len());
            let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
            files.push(StoredFile { name, path, length });
        })?;
        let blobs = self.folder.join("blobs");
        let mut unnamed = Vec::new();
        list(&blobs, &mut |path| {
            let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
            if !files.iter().any(|file| file.path == path) {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let length = path.metadata().ok().map(|metadata| metadata.len());
                unnamed.push(StoredFile { name, path, length });
            }
        })?;
        files.extend(unnamed);
        files.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(files)
    }

    /// Bytes on disk; content that several snapshots share counts once.
    ///
    /// # Errors
    /// If a folder cannot be read.
    pub fn bytes(&self) -> Result<u64, HubError> {
        let files = self.files()?;
        let lengths: BTreeMap<_, _> = files.iter().map(|file| (&file.path, file.length)).collect();
        Ok(lengths.into_values().flatten().sum())
    }

    /// Holds a file against the hash that names it.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn verify(&self, file: &StoredFile) -> Result<Verdict, HubError> {
        if file.length.is_none() {
            return Ok(Verdict::Missing);
        }
        let name = file.path.file_name().and_then(|name| name.to_str()).and_then(Etag::parse);
        let Some(expected) = name else { return Ok(Verdict::Unnamed) };
        let found = expected
            .of_file(&file.path)
            .map_err(|source| HubError::Read { path: file.path.clone(), source })?;
        if found == expected {
            return Ok(Verdict::Whole);
        }
        Ok(Verdict::Damaged { expected: expected.to_string(), found: found.to_string() })
    }

    /// Removes it, every revision, and returns the bytes that were freed.
    ///
    /// # Errors
    /// If somebody is downloading into it, or a file cannot be removed.
    pub fn remove(self) -> Result<u64, HubError> {
        let bytes = self.bytes()?;
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| HubError::Write { path, source }
        };
        // Held until the folder is gone, so that nobody begins a download in it meanwhile.
        let mut held = Vec::new();
        let mut busy = None;
        list(&self.locks, &mut |path| match File::open(path).map(|file| (file.try_lock(), file)) {
            Ok((Err(TryLockError::WouldBlock), _)) => busy = Some(path.to_owned()),
            Ok((_, file)) => held.push(file),
            Err(_) => {}
        })?;
        if let Some(path) = busy {
            let source = io::Error::new(io::ErrorKind::ResourceBusy, "another process is downloading it");
            return Err(failed(&path)(source));
        }
        fs::remove_dir_all(&self.folder).map_err(failed(&self.folder))?;
        if self.locks.is_dir() {
            fs::remove_dir_all(&self.locks).map_err(failed(&self.locks))?;
        }
        Ok(bytes)
    }
}

/// Every file and link below `folder`; a folder that is not there has none.
fn list(folder: &Path, visit: &mut dyn FnMut(&Path)) -> Result<(), HubError> {
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
