//! What is read of labelled pictures.

use std::path::PathBuf;

use crate::inputs::MemberOptions;
use crate::inputs::input::Input;

/// Columns that are taken for the labels, if no other is named: of a table, endings of files beside the picture, or fields of the
/// JSON beside it.
pub const LABEL_COLUMNS: [&str; 5] = ["label", "labels", "cls", "class", "fine_label"];

/// Pictures with their labels. Only members of a file may have the same path.
#[derive(Debug)]
pub struct Labelled {
    /// The pictures, in the order in which they were found. Members of files are without their bytes.
    pub pictures: Vec<LabelledPicture>,
    /// The labels; those of folders are sorted by name, others in the order in which they were found.
    pub labels: Vec<String>,
    /// Whether they are the names of folders, on disk or in a file.
    pub are_folders: bool,
    /// Files beside the pictures that are not named like pictures, or lie in no class folder.
    pub left_out: Vec<PathBuf>,
    /// The number of lines that repeat an earlier one.
    pub repeated: usize,
    /// How the pictures are read once more, if they are members of files.
    pub members: Option<Members>,
}

/// Files that hold many pictures, which are read a second time.
#[derive(Debug)]
pub struct Members {
    pub(super) files: Vec<PathBuf>,
    pub(super) options: MemberOptions,
    /// The place of each picture among all that is read of the files.
    pub(super) places: Vec<u64>,
    /// The column that has the labels; `None` if they are the names of folders.
    pub column: Option<String>,
    /// The names of the classes whose numbers the column has.
    pub class_names: Option<Vec<String>>,
}

/// A picture and its label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelledPicture {
    /// The picture, or why it cannot be listed.
    pub input: Input,
    /// The place of its label among the [labels](Labelled::labels); `None` for an error that hides pictures.
    pub label: Option<usize>,
}

/// Headers of the two columns of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    /// Of the column of paths.
    pub path: String,
    /// Of the column of labels.
    pub label: String,
}

/// A path and a label, as a file has them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// Counted from 1.
    pub line: u64,
    pub path: PathBuf,
    pub label: String,
}
