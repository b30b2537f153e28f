//! Why there is no plot.

use std::path::PathBuf;

use thiserror::Error;

use crate::marked_file::MarkedFileError;

/// Why a plot cannot be written.
#[derive(Debug, Error)]
pub enum PlotError {
    /// The name of the file does not end in a format.
    #[error("{}: a plot is a file whose name ends in .svg or .png", path.display())]
    Ending {
        /// The file.
        path: PathBuf,
    },
    /// This build draws no plots.
    #[error("this build draws no plots")]
    NotBuiltIn,
    /// The file holds something else, or cannot be written.
    #[error(transparent)]
    File(#[from] MarkedFileError),
}
