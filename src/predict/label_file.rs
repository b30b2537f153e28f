//! `--labels FILE`: names of classes from a user's file.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;
use thiserror::Error;

use super::labels::Labels;

/// Why a label file cannot be used.
#[derive(Debug, Error)]
#[expect(missing_docs, reason = "the message of each variant says what its fields are")]
pub enum LabelFileError {
    /// It cannot be read, or is not UTF-8.
    #[error("{}: {source}", .path.display())]
    Io { path: PathBuf, source: io::Error },
    /// It starts like JSON, but is not valid JSON.
    #[error("{}: {source}", .path.display())]
    Json { path: PathBuf, source: serde_json::Error },
    /// JSON of another form.
    #[error("{}: {found}; expected a list of names, or an object of names by index", .path.display())]
    Form { path: PathBuf, found: String },
    /// A line without a name.
    #[error("{}: line {line} is empty; every line names a class", .path.display())]
    EmptyLine {
        path: PathBuf,
        /// Counted from 1.
        line: usize,
    },
    /// It does not have one name for each class.
    #[error("{}: {names} names; the model has {classes} classes", .path.display())]
    Count { path: PathBuf, names: usize, classes: usize },
}

impl Labels {
    /// These classes with the names in the file at `path`.
    ///
    /// # Errors
    /// If the number of names differs from that of the classes, or the file cannot be read.
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

/// Text that starts with a bracket is JSON; any other has one name per line.
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
    use proptest::collection::vec;
    use proptest::prelude::*;

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
    fn errors_say_where() {
        assert_eq!(read("oak\n\nelm"), Err("labels: line 2 is empty; every line names a class".into()));
        assert!(
            read("[\"oak\", 7]").unwrap_err().starts_with("labels: item 1 is 7; expected a list of names")
        );
        assert!(read(r#"{"0": "oak", "2": "elm"}"#).unwrap_err().starts_with("labels: \"1\" is missing"));
        assert!(read("[oak").unwrap_err().starts_with("labels: expected value at line 1"));
    }

    proptest! {
        /// Any names without line breaks are read back from all three forms.
        #[test]
        fn written_names_are_read_back(names in vec("[^\\s\\[{\u{feff}\\p{C}]([^\\p{C}\\p{Z}]| )*[^\\s\\p{C}\\p{Z}]", 1..6)) {
            let object: serde_json::Map<_, _> =
                names.iter().enumerate().map(|(index, name)| (index.to_string(), name.clone().into())).collect();
            prop_assert_eq!(read(&names.join("\n")), Ok(names.clone()));
            prop_assert_eq!(read(&Value::from(names.clone()).to_string()), Ok(names.clone()));
            prop_assert_eq!(read(&Value::from(object).to_string()), Ok(names));
        }

        #[test]
        fn any_text_is_names_or_an_error(text in "[\\[{]?.{0,40}\n?.{0,40}") {
            if let Ok(names) = read(&text)
                && !text.trim_start().starts_with(['[', '{'])
            {
                prop_assert!(names.iter().all(|name| !name.is_empty()));
            }
        }
    }
}
