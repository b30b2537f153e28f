//! The file of a sheet: which files it may replace, and how it is written completely or not at all.

use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use super::card::Card;
use super::page::{MARK, Sheet};
use crate::atomic_file::AtomicFile;
use crate::marked_file::{self, Kind, MarkedFileError};

const SHEET: Kind = Kind { mark: MARK, noun: "a contact sheet" };

/// A [`Sheet`] that becomes a file when it is complete.
#[derive(Debug)]
pub struct SheetFile {
    sheet: Sheet<BufWriter<AtomicFile>>,
    path: PathBuf,
}

/// Refuses a file that [`SheetFile::create`] would refuse, so that no long run ends without its sheet.
///
/// # Errors
/// If a file of that name is not a sheet, or if the file cannot be created.
pub fn check(path: &Path) -> Result<(), MarkedFileError> {
    marked_file::check(path, SHEET)
}

impl SheetFile {
    /// Begins a sheet, with its title and paragraphs below it. It will replace an earlier sheet at `path`.
    ///
    /// # Errors
    /// As for [`check`].
    pub fn create(path: &Path, title: &str, notes: &[&str]) -> Result<Self, MarkedFileError> {
        let draft = BufWriter::new(marked_file::create(path, SHEET)?);
        let sheet = Sheet::new(draft, title, notes).map_err(|error| MarkedFileError::io(path, error))?;
        Ok(Self { sheet, path: path.to_owned() })
    }

    /// Begins a section, as [`Sheet::section`] does.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn section(&mut self, heading: &str, note: &str) -> Result<(), MarkedFileError> {
        self.sheet.section(heading, note).map_err(|error| MarkedFileError::io(&self.path, error))
    }

    /// Adds a card, as [`Sheet::card`] does.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn card(&mut self, card: &Card) -> Result<(), MarkedFileError> {
        self.sheet.card(card).map_err(|error| MarkedFileError::io(&self.path, error))
    }

    /// Ends the sheet and puts it at its path.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn commit(self) -> Result<(), MarkedFileError> {
        let Self { sheet, path } = self;
        let commit = || {
            let mut draft = sheet.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
            draft.commit(&path)
        };
        commit().map_err(|error| MarkedFileError::io(&path, error))
    }
}
