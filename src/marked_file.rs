//! Files of mnet's own kinds, which have a mark near their beginning: a new one replaces an earlier one, and nothing else.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::atomic_file::AtomicFile;

/// A kind of file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kind {
    /// What every such file has in its first 512 bytes.
    pub(crate) mark: &'static str,
    /// In messages, with its article: `a plot`.
    pub(crate) noun: &'static str,
}

/// Where the mark is looked for.
const START_BYTES: u64 = 512;

/// The extension of an unfinished file.
const UNFINISHED: &str = "tmp";

/// Why a file cannot be written.
#[derive(Debug, Error)]
pub enum MarkedFileError {
    /// There is a file of that name, and it holds something else.
    #[error("{}: was not written by mnet; {noun} would replace it", path.display())]
    NotOurs {
        /// The file.
        path: PathBuf,
        /// What was to be written, with its article.
        noun: &'static str,
    },
    /// The system refuses to write it.
    #[error("{}: cannot be written: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl MarkedFileError {
    /// What the system said about `path`.
    pub(crate) fn io(path: &Path, source: io::Error) -> Self {
        Self::Io { path: path.to_owned(), source }
    }
}

/// Refuses a file that holds something else, or that cannot be written.
pub(crate) fn check(path: &Path, kind: Kind) -> Result<(), MarkedFileError> {
    // A draft that is dropped: whether the folder exists and takes files.
    create(path, kind).map(drop)
}

/// An unfinished file that a commit will put at `path`, in place of an earlier one of its kind.
pub(crate) fn create(path: &Path, kind: Kind) -> Result<AtomicFile, MarkedFileError> {
    let io = |source| MarkedFileError::io(path, source);
    if !may_be_replaced(path, kind.mark).map_err(io)? {
        return Err(MarkedFileError::NotOurs { path: path.to_owned(), noun: kind.noun });
    }
    AtomicFile::create(path, UNFINISHED).map_err(io)
}

/// Whether nothing has the name, or a file that is empty or has the mark.
fn may_be_replaced(path: &Path, mark: &str) -> io::Result<bool> {
    match fs::metadata(path) {
        Err(_) => return Ok(true),
        // Opening a pipe would wait.
        Ok(metadata) if !metadata.is_file() => return Ok(false),
        Ok(_) => {}
    }
    let mut start = Vec::new();
    File::open(path)?.take(START_BYTES).read_to_end(&mut start)?;
    Ok(start.is_empty() || start.windows(mark.len()).any(|window| window == mark.as_bytes()))
}
