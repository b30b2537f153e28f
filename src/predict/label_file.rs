//! `--labels FILE`: names of classes from a file of the user's own.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;
use thiserror::Error;

use super::labels::Labels;

/// A file that names no classes, or those of another head.
#[derive(Debug, Error)]
pub enum LabelFileError {
    /// It cannot be read, or is no UTF-8.
    #[error("{}: {source}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It starts as JSON does and is none.
    #[error("{}: {source}", .path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// What the parser says.
        source: serde_json::Error,
    },
    /// JSON of another form.
    #[error("{}: {found}; expected a list of names, or an object of names by index", .path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// What is in the way.
        found: String,
    },
    /// A line without a name.
    #[error("{}: line {line} is empty; every line names a class", .path.display())]
    EmptyLine {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
    },
    /// It names another number of classes than there are.
    #[error("{}: {names} names; the model has {classes} classes", .path.display())]
    Count {
        /// The file.
        path: PathBuf,
        /// How many it has.
        names: usize,
        /// How many are wanted.
        classes: usize,
    },
}

impl Labels {
    /// The classes of `self` with the names in the file at `path`.
    ///
    /// # Errors
    /// If there are not as many names as classes, or the file cannot be read.
    pub fn renamed(&self, path: &Path) -> Result<Self, LabelFileError> {
        let text = fs::read_to_string(path);
        let text = text.map_err(|source| LabelFileError::Io { path: path.into(), source })?;
        let names = names(text.trim_start_matches('\u{feff}'), path)?;
        let count = names.len();
        self.with_names(names).ok_or_else(|| LabelFileError::Count {
            path: path.into(),
            names: count,
            classes: self.outputs(),
        })
    }
}

/// A text that starts with a bracket is JSON, any other has a name a line.
fn names(text: &str, path: &Path) -> Result<Vec<String>, LabelFileError> {
    if text.trim_start().starts_with(['[', '{']) {
        let json = serde_json::from_str(text);
        let json = json.map_err(|source| LabelFileError::Json { path: path.into(), source })?;
        return from_json(&json).map_err(|found| LabelFileError::Form { path: path.into(), found });
    }
    let lines: Vec<_> = text.trim_end().lines().map(|line| line.trim().to_owned()).collect();
    match lines.iter().position(String::is_empty) {
        Some(index) => Err(LabelFileError::EmptyLine { path: path.into(), line: index + 1 }),
        None => Ok(lines),
    }
}

fn from_json(json: &Value) -> Result<Vec<String>, String> {
    let name = |(key, value): (String, Option<&Value>)| match value {
        Some(Value::String(name)) => Ok(name.clone()),
        Some(other) => Err(format!("{key} is {other}")),
        None => Err(format!("{key} is missing")),
    };
    match json {
        Value::Array(list) => list
            .iter()
            .enumerate()
            .map(|(index, value)| name((format!("item {index}"), Some(value))))
            .collect(),
        Value::Object(names) => {
            let keys = (0..names.len()).map(|index| index.to_string());
            keys.map(|key| name((format!("\"{key}\""), names.get(&key)))).collect()
        }
        _ => unreachable!("JSON that starts with a bracket is a list or an object"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<String>, String> {
        names(text, Path::new("labels")).map_err(|error| error.to_string())
    }

    #[test]
    fn three_forms_of_the_same_names() {
        let expected = Ok(vec!["oak".to_owned(), "red maple".to_owned()]);
        for text in [
            "oak\nred maple\n\n",
            "oak\r\nred maple",
            r#"["oak", "red maple"]"#,
            r#" {"1": "red maple", "0": "oak"}"#,
        ] {
            assert_eq!(read(text), expected, "{text:?}");
        }
    }

    #[test]
    fn what_is_no_name_is_said() {
        assert_eq!(read("oak\n\nelm"), Err("labels: line 2 is empty; every line names a class".into()));
        assert!(
            read("[\"oak\", 7]").unwrap_err().starts_with("labels: item 1 is 7; expected a list of names")
        );
        assert!(read(r#"{"0": "oak", "2": "elm"}"#).unwrap_err().starts_with("labels: \"1\" is missing"));
        assert!(read("[oak").unwrap_err().starts_with("labels: expected value at line 1"));
    }
}
