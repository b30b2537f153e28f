//! The results of a search as a contact sheet.

use std::path::Path;

use anyhow::Result;

use super::pictures::Pictures;
use crate::cli::console::Failure;
use crate::cli::hint::plot::file_hint;
use crate::cli::input_flags::InputFlags;
use crate::marked_file::MarkedFileError;
use crate::pixels::{self, DecodeOptions, Size};
use crate::sheet::{self, Card, Picture, SheetFile};

/// The largest size of a picture on the sheet, px.
const MOST: Size = Size { width: 320, height: 240 };

/// A heading with the pictures below it.
pub(super) struct Section<'a> {
    pub(super) heading: String,
    pub(super) note: String,
    pub(super) pictures: Vec<Shown<'a>>,
}

/// A picture below a heading.
pub(super) struct Shown<'a> {
    /// The picture's row; `None` for a query.
    pub(super) row: Option<usize>,
    pub(super) path: &'a Path,
    /// May be empty.
    pub(super) caption: String,
}

/// Refuses a file that [`write`] would refuse.
pub(super) fn check(file: &Path) -> Result<()> {
    sheet::check(file).map_err(|error| refused(&error))
}

/// Writes the sheet to `file`.
pub(super) fn write<'a>(
    file: &Path,
    title: &str,
    sections: impl IntoIterator<Item = Section<'a>>,
    input: &InputFlags,
    all: &Pictures,
) -> Result<()> {
    let options = input.decode().options();
    let draw = || {
        let mut sheet = SheetFile::create(file, title, &[])?;
        for section in sections {
            sheet.section(&section.heading, &section.note)?;
            for Shown { row, path, caption } in section.pictures {
                let bytes = all.bytes(row, path, input.image_column());
                let (picture, error) = match bytes.and_then(|file| picture(&file, &options)) {
                    Ok(picture) => (vec![picture], None),
                    Err(message) => (vec![], Some(message)),
                };
                sheet.card(&Card {
                    pictures: &picture,
                    path: Some(path),
                    caption: if caption.is_empty() { &[] } else { std::slice::from_ref(&caption) },
                    error: error.as_deref(),
                    ..Card::default()
                })?;
            }
        }
        sheet.commit()
    };
    draw().map_err(|error| refused(&error))
}

/// A small copy of the picture with the bytes `file`.
///
/// # Errors
/// The reason why the picture cannot be shown.
fn picture(file: &[u8], options: &DecodeOptions) -> Result<Picture, String> {
    let draft =
        pixels::decode_at_least(file, options, Some(MOST.width)).map_err(|error| error.to_string())?;
    Ok(Picture::fitted(&draft.image, MOST))
}

fn refused(error: &MarkedFileError) -> anyhow::Error {
    Failure::error(error, file_hint(error, "--output"))
}
