//! Why labelled pictures cannot be read.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use super::data::LABEL_COLUMNS;
use crate::record::ItemError;

/// Why the labelled pictures at a path cannot be read.
#[derive(Debug, Error)]
#[error("{}: {fault}", .path.display())]
pub struct LabelledError {
    /// The folder or file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with a folder or file of labelled pictures.
#[derive(Debug, Error)]
#[expect(missing_docs, reason = "the message of each variant says what its fields are")]
pub enum Fault {
    /// It cannot be opened or read.
    #[error("{}", ItemError::from(.0).message)]
    Io(io::Error),
    /// A folder without class folders.
    #[error("no folders in it: expected one for each class, with its pictures in it")]
    NoFolders,
    /// Labels have to be text.
    #[error("the name of the folder {} is not UTF-8", .0.display())]
    FolderName(PathBuf),
    /// It is in another encoding.
    #[error("it is {0}; save it as UTF-8")]
    Encoding(&'static str),
    /// It is a picture, an archive, or a device.
    #[error("it is not text, expected a path and a label per line")]
    NotText,
    /// It never ends, or is no list.
    #[error("it is larger than {} MB, which no list of labels is", .limit >> 20)]
    TooLarge { limit: u64 },
    /// A line cannot be read.
    #[error("line {line}: {reason}")]
    Line { line: u64, reason: String },
    /// The header of a table does not say which columns hold paths and labels.
    #[error("nothing says which columns hold path and label: its first line is {}", .header.join(", "))]
    Columns { header: Vec<String> },
    /// A column that was asked for is missing.
    #[error("no column `{name}`: its columns are {}", .header.join(", "))]
    NoColumn { name: String, header: Vec<String> },
    /// Columns were named for a list that has none.
    #[error("it is a list of paths and labels, not a table with columns")]
    NoTable,
    /// A picture has two labels.
    #[error("line {line}: {} has the label `{label}`, and on line {earlier} `{other}`", .path.display())]
    TwoLabels { line: u64, earlier: u64, path: PathBuf, label: String, other: String },
    /// It cannot be read twice. `holds` is the ending of files with such content, if the content is known.
    #[error("{}", stream(*.holds))]
    Stream { holds: Option<&'static str> },
    /// It is the name of a member.
    #[error("is in {}; labels are read from whole files", .file.display())]
    Member { file: PathBuf },
    /// A file that holds many pictures cannot be read, or does not have a column that was named.
    #[error("{}", .0.message)]
    Collection(ItemError),
    /// A file that holds many pictures, but whose name does not say so.
    #[error("is {}; its name has to end in .{ending}", noun(.ending))]
    Unnamed { ending: &'static str },
    /// It holds no pictures.
    #[error("it holds no pictures")]
    NoMembers,
    /// No picture has a label.
    #[error("{}", no_labels(.column.as_deref(), *.pictures, .apart.as_ref(), .damage.as_deref()))]
    NoLabels {
        column: Option<String>,
        pictures: usize,
        /// How many files of a tar may hold labels and do not stand beside the picture of the same name, and the first one.
        apart: Option<(u64, PathBuf)>,
        /// The first file or member that could not be read, and its error. It may have had labels.
        damage: Option<Box<(PathBuf, ItemError)>>,
    },
    /// Two columns may be the labels, and differ.
    #[error("{} has two labels: `{}` in {}, and `{}` in {}", .path.display(), .first.1, .first.0, .other.1, .other.0)]
    SeveralLabels { path: PathBuf, first: Box<(String, String)>, other: Box<(String, String)> },
    /// A column has something else than labels.
    #[error("the column {column} of {} is {found}, not a label", .path.display())]
    NoLabel { column: String, path: PathBuf, found: &'static str },
    /// The same numbers stand for other classes.
    #[error("the numbers in {column} stand for other classes than in {}", .first.display())]
    OtherClasses { column: String, first: PathBuf },
    /// There are no rows.
    #[error("it lists no pictures")]
    Empty,
}

fn no_labels(
    column: Option<&str>,
    pictures: usize,
    apart: Option<&(u64, PathBuf)>,
    damage: Option<&(PathBuf, ItemError)>,
) -> String {
    let noun = if pictures == 1 { "its picture has no label" } else { "no picture in it has a label" };
    let message = match (apart, column) {
        (Some((1, first)), _) => {
            format!("{noun} beside it: {} stands apart from its picture in the tar", first.display())
        }
        (Some((count, first)), _) => {
            let first = first.display();
            format!(
                "{noun} beside it: {count} files, such as {first}, stand apart from their pictures in the tar"
            )
        }
        (None, Some(column)) => format!("{noun} in the column {column}"),
        (None, None) => {
            format!("{noun}: neither a column ({}) nor folders of classes", LABEL_COLUMNS.join(", "))
        }
    };
    match damage {
        Some((path, error)) => format!("{message}; and {}: {}", path.display(), error.message),
        None => message,
    }
}

fn stream(holds: Option<&str>) -> String {
    match holds {
        Some(ending) => {
            let noun = noun(ending);
            format!(
                "is {noun}; it has to be a file, which can be read twice, for the labels and for the pictures"
            )
        }
        None => {
            "is a pipe or a device; it has to be read twice, for the labels and for the pictures".to_owned()
        }
    }
}

/// The noun for a file with this ending.
fn noun(ending: &str) -> String {
    if ending == "parquet" { "a Parquet file".to_owned() } else { format!("a {ending}") }
}

impl Fault {
    /// A fault of one line.
    pub(super) fn line(line: u64, reason: impl Into<String>) -> Self {
        Self::Line { line, reason: reason.into() }
    }
}
