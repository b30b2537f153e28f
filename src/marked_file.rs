//! Files of mnet's own kinds, with a mark near their beginning: a new file may replace an earlier one of its kind, but
//! no other.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::atomic_file::AtomicFile;

/// A kind of file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kind {
    /// The mark in the first 512 bytes of every such file.
    pub(crate) mark: &'static str,
    /// Its name in messages, with the article: `a plot`.
    pub(crate) noun: &'static str,
}

/// How much of a file is searched for the mark.
const START_BYTES: u64 = 512;

/// The extension of an unfinished file.
const UNFINISHED: &str = "tmp";

/// Why a file cannot be written.
#[derive(Debug, Error)]
pub enum MarkedFileError {
    /// A file of that name exists, and it holds something else.
    #[error("{}: was not written by mnet; {noun} would replace it", path.display())]
    NotOurs {
        /// The file.
        path: PathBuf,
        /// What was to be written, with its article.
        noun: &'static str,
    },
    /// The operating system reports an error.
    #[error("{}: cannot be written: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
}

impl MarkedFileError {
    /// The system's error about `path`.
    pub(crate) fn io(path: &Path, source: io::Error) -> Self {
        Self::Io { path: path.to_owned(), source }
    }
}

/// Refuses a file that holds something else, or that cannot be written.
pub(crate) fn check(path: &Path, kind: Kind) -> Result<(), MarkedFileError> {
    // A draft that is dropped tells whether the folder exists and is writable.
    create(path, kind).map(drop)
}

/// An unfinished file. Committing it puts it at `path`, in place of an earlier file of its kind.
pub(crate) fn create(path: &Path, kind: Kind) -> Result<AtomicFile, MarkedFileError> {
    let io = |source| MarkedFileError::io(path, source);
    if !may_be_replaced(path, kind.mark).map_err(io)? {
        return Err(MarkedFileError::NotOurs { path: path.to_owned(), noun: kind.noun });
    }
    AtomicFile::create(path, UNFINISHED).map_err(io)
}

/// Whether the name is free, or belongs to a file that is empty or has the mark.
fn may_be_replaced(path: &Path, mark: &str) -> io::Result<bool> {
    match fs::metadata(path) {
        Err(_) => return Ok(true),
        // Opening a named pipe would block.
        Ok(metadata) if !metadata.is_file() => return Ok(false),
        Ok(_) => {}
    }
    let mut start = Vec::new();
    File::open(path)?.take(START_BYTES).read_to_end(&mut start)?;
    Ok(start.is_empty() || start.windows(mark.len()).any(|window| window == mark.as_bytes()))
}
