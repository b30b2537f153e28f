//! Fields that several schemas share.

use serde_json::Value;

use super::error::ConfigError;

/// Three numbers, R G B, each of them `valid` as the f32 that is computed with; `default` if the field is missing.
pub(super) fn numbers(
    file: &'static str,
    field: &'static str,
    value: Option<&Value>,
    default: [f64; 3],
    valid: fn(f32) -> bool,
) -> Result<[f64; 3], ConfigError> {
    let Some(value) = value else {
        return Ok(default);
    };
    let numbers = value.as_array().map(Vec::as_slice).and_then(|numbers| match numbers {
        [r, g, b] => Some([r.as_f64()?, g.as_f64()?, b.as_f64()?]),
        _ => None,
    });
    numbers.filter(|numbers| numbers.iter().all(|number| valid(*number as f32))).ok_or_else(|| {
        ConfigError::Value { file, field, found: value.to_string(), expected: "three numbers" }
    })
}

/// Whether a number can be a standard deviation.
pub(super) fn is_positive(number: f32) -> bool {
    number.is_finite() && number > 0.0
}
