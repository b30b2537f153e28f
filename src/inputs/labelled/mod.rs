//! Pictures with the labels that are held to be right: a folder of class folders, a table, a list, or files that hold many.
//!
//! What a label means is not decided here: `predict` matches it with the classes of a checkpoint.

mod columns;
mod data;
mod error;
mod folders;
mod gather;
mod lines;
mod members;
mod reading;
mod table;
mod text;

use std::path::Path;

pub use data::{Columns, LABEL_COLUMNS, Labelled, LabelledPicture, Members};
pub use error::{Fault, LabelledError};
pub use members::{MemberColumns, holds_pictures, read_members};
pub use text::missing_ending;

/// The labelled pictures at `source`: a folder with a folder for each class, or a file that lists paths and labels; `-` is
/// such a file on stdin. Relative paths in it start from `root`, or else from the working directory. `columns` names the two
/// columns of a table if its header has other names for them.
///
/// # Errors
/// If it cannot be read, or does not say which picture has which label.
pub fn read(
    source: &Path,
    root: Option<&Path>,
    columns: Option<&Columns>,
) -> Result<Labelled, LabelledError> {
    let about = |fault| LabelledError { path: source.to_owned(), fault };
    if source.is_dir() {
        return folders::read(source).map_err(about);
    }
    members::check_whole(source).map_err(about)?;
    let text = text::read(source).map_err(about)?;
    let rows = match text::delimiter(&text, source) {
        Some(delimiter) => table::rows(&text, delimiter, columns, |path| {
            root.map_or_else(|| path.exists(), |root| root.join(path).exists())
        }),
        None if columns.is_some() => Err(Fault::NoTable),
        None => lines::rows(&text),
    };
    gather::gather(rows.map_err(about)?, root).map_err(about)
}
