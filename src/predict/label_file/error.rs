//! Why a label file cannot be used.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::record::ItemError;

/// Why a label file cannot be used.
#[derive(Debug, Error)]
#[expect(missing_docs, reason = "the message of each variant says what its fields are")]
pub enum LabelFileError {
    /// It cannot be read.
    #[error("{}: {}", .path.display(), ItemError::from(.source).message)]
    Io { path: PathBuf, source: io::Error },
    /// It is not UTF-8.
    #[error("{}: expected text in UTF-8, found {found}", .path.display())]
    Encoding {
        path: PathBuf,
        found: &'static str,
        /// The encoding's name for `iconv`, if it is text in another one.
        iconv: Option<&'static str>,
    },
    /// It follows a form, but not completely, or one that is not read.
    #[error("{}: {fault}", .path.display())]
    Form { path: PathBuf, fault: String },
    /// It does not have one name for each class.
    #[error("{}: {names} names; the model has {classes} classes", .path.display())]
    Count { path: PathBuf, names: usize, classes: usize },
}
