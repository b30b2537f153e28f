//! Values that a flag does not take, and what may have been meant by them.

use std::fmt::{self, Display};
use std::ops::RangeInclusive;

/// Why a flag does not take a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) struct BadValue {
    /// What it takes.
    pub(super) expected: String,
    /// What may have been meant, or an example.
    pub(in crate::cli) instead: String,
}

impl BadValue {
    pub(in crate::cli) fn new(expected: impl Into<String>, instead: impl Display) -> Self {
        Self { expected: expected.into(), instead: instead.to_string() }
    }
}

impl Display for BadValue {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "expected {}", self.expected)
    }
}

impl std::error::Error for BadValue {}

/// What is suggested for each of `words`, which `parse` refuses.
#[cfg(test)]
pub(super) fn instead<T: fmt::Debug>(
    parse: impl Fn(&str) -> Result<T, BadValue>,
    words: &[&str],
) -> Vec<String> {
    words.iter().map(|word| parse(word).unwrap_err().instead).collect()
}

/// The number in a word that is not quite one: `0,75`, `75 %`, `-1`, `224px`, `1_000`.
pub(super) fn meant(word: &str) -> Option<f64> {
    let word = word.trim().trim_start_matches(['-', '+']).replace(',', ".").replace('_', "");
    let number = word.trim_end_matches(|c: char| c == '%' || c.is_alphabetic() || c.is_whitespace());
    let number = number.parse::<f64>().ok().filter(|number| number.is_finite())?;
    Some(if word.ends_with('%') { percentage(number) } else { number })
}

/// 0.29 for 29, and not 0.29000000000000004.
fn percentage(number: f64) -> f64 {
    (number * 1e4).round() / 1e6
}

/// A number in `range`. Another one may be a percentage.
pub(super) fn number_in(
    word: &str,
    range: &RangeInclusive<f64>,
    expected: &str,
    example: f64,
) -> Result<f64, BadValue> {
    if let Some(number) = word.parse().ok().filter(|number| range.contains(number)) {
        return Ok(number);
    }
    let meant = meant(word).into_iter().flat_map(|number| [number, percentage(number)]);
    let instead = meant.filter(|number| *number > 0.0).find(|number| range.contains(number));
    Err(BadValue::new(expected, instead.unwrap_or(example)))
}

/// A whole number in `range`.
pub(super) fn whole(
    word: &str,
    range: &RangeInclusive<usize>,
    expected: &str,
    example: usize,
) -> Result<usize, BadValue> {
    if let Some(number) = word.parse().ok().filter(|number| range.contains(number)) {
        return Ok(number);
    }
    let meant = meant(word).map(|number| number as usize).filter(|number| *number > 0);
    Err(BadValue::new(expected, meant.filter(|number| range.contains(number)).unwrap_or(example)))
}
