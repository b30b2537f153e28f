//! The file of a plot: what may be replaced by one, and writing it whole or not at all.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use super::error::PlotError;
use crate::atomic_file::AtomicFile;

/// What every plot has near its beginning, so that it may be replaced by the next one.
pub(super) const MARK: &str = "plot by mnet";

/// Where [`MARK`] is looked for.
const START_BYTES: u64 = 512;

/// The extension of an unfinished file.
const UNFINISHED: &str = "tmp";

/// Refuses a file that is no plot, or that cannot be written.
pub(super) fn check(path: &Path) -> Result<(), PlotError> {
    if !may_be_replaced(path).map_err(|source| failure(path, source))? {
        return Err(PlotError::NotAPlot { path: path.to_owned() });
    }
    // A draft that is dropped: whether the folder exists and takes files.
    AtomicFile::create(path, UNFINISHED).map(drop).map_err(|source| failure(path, source))
}

/// Writes the file, in place of a plot of that name.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), PlotError> {
    let write = || {
        let mut file = AtomicFile::create(path, UNFINISHED)?;
        file.write_all(bytes)?;
        file.commit(path)
    };
    write().map_err(|source| failure(path, source))
}

/// Whether nothing has the name, or a file that is empty or a plot.
fn may_be_replaced(path: &Path) -> io::Result<bool> {
    match fs::metadata(path) {
        Err(_) => return Ok(true),
        // Opening a pipe would wait.
        Ok(metadata) if !metadata.is_file() => return Ok(false),
        Ok(_) => {}
    }
    let mut start = Vec::new();
    File::open(path)?.take(START_BYTES).read_to_end(&mut start)?;
    Ok(start.is_empty() || start.windows(MARK.len()).any(|window| window == MARK.as_bytes()))
}

fn failure(path: &Path, source: io::Error) -> PlotError {
    PlotError::Io { path: path.to_owned(), source }
}
