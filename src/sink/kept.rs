//! The values of the columns of an input that its record keeps.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::Value;

use super::resume_error::ResumeError;
use crate::record::RunInfo;

/// The values of a record under their names, as an object in JSON.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Kept<'a> {
    names: &'a [String],
    values: &'a [Value],
}

impl<'a> Kept<'a> {
    /// The `values` of these columns. An input without columns has no values.
    pub(crate) fn new(names: &'a [String], values: &'a [Value]) -> Self {
        Self { names, values }
    }

    /// Whether no column is kept.
    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Each name with its value, which is null if the input lacks it.
    fn pairs(self) -> impl Iterator<Item = (&'a String, &'a Value)> {
        let values = self.values.iter().chain(std::iter::repeat(&Value::Null));
        self.names.iter().zip(values)
    }

    /// The value of each column as text.
    pub(super) fn texts(self) -> impl Iterator<Item = Option<Cow<'a, str>>> {
        self.pairs().map(|(_, value)| text(value))
    }
}

impl Serialize for Kept<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.pairs())
    }
}

/// A value as text: a string as it is, any other value as JSON; `None` if it is null.
pub(super) fn text(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::Null => None,
        // No row of CSV has a zero byte.
        Value::String(text) if !text.contains('\0') => Some(text.into()),
        other => Some(other.to_string().into()),
    }
}

/// The bytes of a value in memory, beyond its struct.
#[cfg(feature = "parquet")]
pub(super) fn memory(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(values) => values.iter().map(|value| size_of::<Value>() + memory(value)).sum(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| name.len() + 2 * size_of::<Value>() + memory(value)).sum()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

/// The names of an object that was read back, in their order.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct KeptNames(pub(super) Vec<String>);

impl<'de> Deserialize<'de> for KeptNames {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Names;
        impl<'de> Visitor<'de> for Names {
            type Value = Vec<String>;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("the kept columns, an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<String>, A::Error> {
                let mut names = vec![];
                while let Some((name, IgnoredAny)) = map.next_entry()? {
                    names.push(name);
                }
                Ok(names)
            }
        }
        deserializer.deserialize_map(Names).map(Self)
    }
}

/// Refuses records that keep other columns than those of `run`, or the same in another order.
pub(super) fn check_kept(theirs: &[String], run: Option<&RunInfo>) -> Result<(), ResumeError> {
    match run {
        Some(run) if run.keep != theirs => Err(ResumeError::other_columns(theirs, &run.keep)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_stay_in_the_order_in_which_they_were_asked_for() {
        let names = ["z", "a", "m"].map(str::to_owned);
        let values = [json!(3), json!("a cat"), json!({"b": [1, null]})];
        let written = serde_json::to_string(&Kept::new(&names, &values)).unwrap();
        assert_eq!(written, r#"{"z":3,"a":"a cat","m":{"b":[1,null]}}"#);
        assert_eq!(serde_json::from_str::<KeptNames>(&written).unwrap(), KeptNames(names.to_vec()));
        // A file has no columns.
        let written = serde_json::to_string(&Kept::new(&names, &[])).unwrap();
        assert_eq!(written, r#"{"z":null,"a":null,"m":null}"#);
        assert!(serde_json::from_str::<KeptNames>("[1]").is_err());
    }

    #[test]
    fn strings_are_bare_and_other_values_are_json() {
        let shown = |value: Value| text(&value).map(Cow::into_owned);
        assert_eq!(shown(json!("3, \"b\"\n")).unwrap(), "3, \"b\"\n");
        assert_eq!(shown(json!("a\0b")).unwrap(), r#""a\u0000b""#);
        assert_eq!(
            [json!(3), json!(0.5), json!(true)].map(|value| shown(value).unwrap()),
            ["3", "0.5", "true"]
        );
        assert_eq!(shown(json!(["a", 1])).unwrap(), r#"["a",1]"#);
        assert_eq!((shown(Value::Null), shown(json!("")).unwrap()), (None, String::new()));
    }
}
