//! The fields of one JSON object of a configuration file.

use serde_json::{Map, Value};

use super::error::ConfigError;

/// One object of a file. A field that is null is not missing: it has no value, and a switch is off.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a> {
    /// The file's name, for messages.
    pub(super) file: &'static str,
    object: Option<&'a Map<String, Value>>,
}

impl<'a> Fields<'a> {
    /// The fields of `value`; none if it is not an object.
    pub(super) fn new(file: &'static str, value: &'a Value) -> Self {
        Self { file, object: value.as_object() }
    }

    /// No fields: all defaults hold.
    pub(super) fn none(file: &'static str) -> Self {
        Self { file, object: None }
    }

    /// All fields that are not null.
    pub(super) fn iter(self) -> impl Iterator<Item = (&'a str, &'a Value)> {
        let fields = self.object.into_iter().flatten().map(|(key, value)| (key.as_str(), value));
        fields.filter(|(_, value)| !value.is_null())
    }

    pub(super) fn get(self, field: &str) -> Option<&'a Value> {
        self.object?.get(field)
    }

    /// A switch.
    pub(super) fn flag(self, field: &'static str, default: bool) -> Result<bool, ConfigError> {
        match self.get(field) {
            None => Ok(default),
            Some(Value::Null) => Ok(false),
            Some(value) => value.as_bool().ok_or_else(|| self.refused(field, value, "true or false")),
        }
    }

    /// A number that is `valid`.
    pub(super) fn number(
        self,
        field: &'static str,
        default: f64,
        valid: fn(f64) -> bool,
        expected: &'static str,
    ) -> Result<f64, ConfigError> {
        let Some(value) = self.get(field) else { return Ok(default) };
        let number = value.as_f64().filter(|number| valid(*number));
        number.ok_or_else(|| self.refused(field, value, expected))
    }

    /// Three numbers, R G B, or one for all of them, each `valid` as the f32 that is computed with.
    pub(super) fn channels(
        self,
        field: &'static str,
        default: [f64; 3],
        valid: fn(f32) -> bool,
    ) -> Result<[f64; 3], ConfigError> {
        let Some(value) = self.get(field) else { return Ok(default) };
        let numbers = match value.as_array().map(Vec::as_slice) {
            Some([r, g, b]) => [r, g, b],
            Some([one]) => [one; 3],
            Some(_) => return Err(self.refused(field, value, "three numbers")),
            None => [value; 3],
        };
        let numbers = numbers.map(|number| number.as_f64().filter(|number| valid(*number as f32)));
        match numbers {
            [Some(r), Some(g), Some(b)] => Ok([r, g, b]),
            _ => Err(self.refused(field, value, "three numbers")),
        }
    }

    pub(super) fn refused(self, field: &'static str, found: &Value, expected: &'static str) -> ConfigError {
        ConfigError::Value { file: self.file, field, found: found.to_string(), expected }
    }
}

/// Whether a number can be a standard deviation.
pub(super) fn is_positive(number: f32) -> bool {
    number.is_finite() && number > 0.0
}

/// Whether a number can be `crop_pct`, the fraction of a resized side that a crop keeps.
pub(super) fn is_crop_share(share: f64) -> bool {
    (0.1..=2.0).contains(&share)
}

/// What [`is_crop_share`] expects.
pub(super) const CROP_SHARE: &str = "a fraction such as 0.875";
