//! The file of a plot: what may be replaced by one, and writing it whole or not at all.

use std::path::Path;

use super::error::PlotError;
use crate::marked_file::{self, Kind};

/// What every plot has near its beginning, so that it may be replaced by the next one.
pub(super) const MARK: &str = "plot by mnet";

const PLOT: Kind = Kind { mark: MARK, noun: "a plot" };

/// Refuses a file that is no plot, or that cannot be written.
pub(super) fn check(path: &Path) -> Result<(), PlotError> {
    Ok(marked_file::check(path, PLOT)?)
}

/// Writes the file, in place of a plot of that name.
#[cfg(feature = "plot")]
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), PlotError> {
    use std::io::Write;

    use crate::marked_file::MarkedFileError;
    let mut file = marked_file::create(path, PLOT)?;
    let written = file.write_all(bytes).and_then(|()| file.commit(path));
    Ok(written.map_err(|source| MarkedFileError::io(path, source))?)
}
