//! What is read of labelled pictures.

use std::path::PathBuf;

use crate::inputs::input::Input;

/// Pictures with their labels. No path occurs twice.
#[derive(Debug)]
pub struct Labelled {
    /// The pictures, in the order in which they were found.
    pub pictures: Vec<LabelledPicture>,
    /// The labels; those of folders are sorted by name, others in the order in which they were found.
    pub labels: Vec<String>,
    /// Whether they are the names of folders.
    pub are_folders: bool,
    /// Files beside the pictures that are not named like pictures, or lie in no class folder.
    pub left_out: Vec<PathBuf>,
    /// The number of lines that repeat an earlier one.
    pub repeated: usize,
}

/// A picture and its label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelledPicture {
    /// The picture, or why it cannot be listed.
    pub input: Input,
    /// The place of its label among the [labels](Labelled::labels).
    pub label: usize,
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
