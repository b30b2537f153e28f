//! Why there is no plot.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// Why a plot cannot be written.
#[derive(Debug, Error)]
pub enum PlotError {
    /// The name of the file does not end in a format.
    #[error("{}: a plot is a file whose name ends in .svg or .png", path.display())]
    Ending {
        /// The file.
        path: PathBuf,
    },
    /// There is a file of that name, and it holds something else.
    #[error("{}: was not written by mnet; a plot would replace it", path.display())]
    NotAPlot {
        /// The file.
        path: PathBuf,
    },
    /// This build draws no plots.
    #[error("this build draws no plots")]
    NotBuiltIn,
    /// The system refuses to write it.
    #[error("{}: cannot be written: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}
