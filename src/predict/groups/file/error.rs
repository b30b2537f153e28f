//! Why a file of groups cannot be used.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::record::ItemError;

/// Why a file of groups cannot be used.
#[derive(Debug, Error)]
#[expect(missing_docs, reason = "the message of each variant says what its fields are")]
pub enum GroupFileError {
    /// The file cannot be read.
    #[error("{}: {}", .path.display(), ItemError::from(.source).message)]
    Io { path: PathBuf, source: io::Error },
    /// The file does not define groups.
    #[error("{}: {fault}", .path.display())]
    Fault { path: PathBuf, fault: Box<GroupFault> },
}

/// What is wrong with a file of groups.
#[derive(Debug, Error, PartialEq, Eq)]
#[expect(missing_docs, reason = "the message of each variant says what its fields are")]
pub enum GroupFault {
    /// The file is not JSON of this form.
    #[error("not a file of groups ({0})")]
    Form(String),
    /// The file is an empty object.
    #[error("it has no groups")]
    NoGroups,
    /// A name that no word can refer to.
    #[error("{0}")]
    Name(String),
    /// Two names that the same word would refer to.
    #[error("two groups are called alike: `{first}` and `{second}`")]
    Twice { first: String, second: String },
    /// A group without labels.
    #[error("group `{group}` has no labels")]
    Empty { group: String },
    /// A value that is neither a name nor an index.
    #[error("group `{group}`: expected names of classes, found {found}")]
    Value { group: String, found: String },
    /// A label that names neither a class nor a group.
    #[error("group `{group}`: {message}")]
    Unknown { group: String, label: String, message: String, similar: Vec<String> },
    /// A label that names a group of the file but lacks the `@`.
    #[error("group `{group}`: `{label}` is a group: \"@{label}\"")]
    NoAt { group: String, label: String },
    /// A group that is defined by itself.
    #[error("groups are made of each other: {}", quoted(.groups))]
    Circle { groups: Vec<String> },
    /// A group that is nested in too many others.
    #[error("group `{group}` is nested too deep")]
    Depth { group: String },
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
