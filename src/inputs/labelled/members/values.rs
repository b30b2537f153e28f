//! The values of a column as labels.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

/// The labels that a column has.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) name: String,
    /// One for each member; `None` if it has none.
    pub(super) labels: Vec<Option<Arc<str>>>,
    /// The first member whose value is no label, and what it is.
    pub(super) other: Option<(PathBuf, &'static str)>,
    /// Each text once.
    texts: HashSet<Arc<str>>,
}

impl Column {
    pub(super) fn new(name: String) -> Self {
        Self { name, labels: vec![], other: None, texts: HashSet::new() }
    }

    /// Adds the value of the next member, which is at `path`.
    pub(super) fn add(&mut self, value: Option<&Value>, path: &Path) {
        let label = match value.map_or(Ok(None), text) {
            Ok(label) => label,
            Err(kind) => {
                self.other.get_or_insert_with(|| (path.to_owned(), kind));
                None
            }
        };
        let label = label.map(|text| {
            self.texts.get(&*text).cloned().unwrap_or_else(|| {
                let text: Arc<str> = text.into();
                self.texts.insert(Arc::clone(&text));
                text
            })
        });
        self.labels.push(label);
    }

    /// Whether a member has a label in it.
    pub(super) fn has_any(&self) -> bool {
        !self.texts.is_empty()
    }
}

/// A value as a label: a text, or a number as it is written; `None` without one. Or what else it is.
fn text(value: &Value) -> Result<Option<String>, &'static str> {
    Ok(match value {
        Value::Null => None,
        Value::String(text) => Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned),
        // A data frame whose column has gaps writes 3 as 3.0.
        Value::Number(number) => Some(match number.as_f64() {
            Some(whole) if number.is_f64() && whole.fract() == 0.0 => format!("{whole:.0}"),
            _ => number.to_string(),
        }),
        Value::Bool(value) => Some(value.to_string()),
        Value::Array(_) => return Err("a list"),
        Value::Object(_) => return Err("an object"),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_and_words_are_labels() {
        let label = |value: Value| text(&value).map(Option::unwrap_or_default);
        for (value, expected) in [
            (json!(3), "3"),
            (json!(3.0), "3"),
            (json!(0.5), "0.5"),
            (json!(" tabby cat\n"), "tabby cat"),
            (json!(true), "true"),
            (json!(" "), ""),
            (Value::Null, ""),
        ] {
            assert_eq!(label(value).unwrap(), expected);
        }
        assert_eq!([label(json!([3])), label(json!({"id": 3}))], [Err("a list"), Err("an object")]);
    }
}
