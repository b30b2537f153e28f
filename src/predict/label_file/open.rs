//! The file to the classes of a model.

use std::fs;
use std::path::Path;

use super::encoding::text;
use super::error::LabelFileError;
use super::forms::recognise;
use crate::predict::labels::Labels;

impl Labels {
    /// These classes with the names in the file at `path`.
    ///
    /// # Errors
    /// If the file cannot be read, follows no form completely, or has another number of names than there are classes.
    pub fn renamed(&self, path: &Path) -> Result<Self, LabelFileError> {
        let bytes = fs::read(path).map_err(|source| LabelFileError::Io { path: path.into(), source })?;
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
