//! The file to the classes of a model.

use std::path::Path;

use super::encoding::text;
use super::error::LabelFileError;
use super::forms::recognise;
use crate::predict::labels::Labels;
use crate::regular_file;

/// The largest file that is read. The names of 20,000 classes are 1 MB.
const LARGEST: u64 = 16 << 20;

impl Labels {
    /// These classes with the names in the file at `path`.
    ///
    /// # Errors
    /// If the file cannot be read, follows no form completely, or has another number of names than there are classes.
    pub fn renamed(&self, path: &Path) -> Result<Self, LabelFileError> {
        let bytes = regular_file::read(path, LARGEST)
            .map_err(|source| LabelFileError::Io { path: path.into(), source })?;
        let text = text(&bytes).map_err(|other| LabelFileError::Encoding {
            path: path.into(),
            found: other.name,
            iconv: other.iconv,
        })?;
        let names = recognise(&text).map_err(|fault| LabelFileError::Form { path: path.into(), fault })?;
        let count = names.len();
        self.with_names(names).ok_or_else(|| LabelFileError::Count {
            path: path.into(),
            names: count,
            classes: self.outputs(),
        })
    }
}
