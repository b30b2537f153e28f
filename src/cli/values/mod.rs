//! Parsers of values on the command line. Each error says what a flag takes, and what may have been meant.

mod amounts;
mod bad_value;
mod pixels;
mod shard;

pub(super) use amounts::{count, file_size, milliseconds, percent, quantity, seconds, size};
pub(super) use bad_value::BadValue;
use bad_value::{meant, number_in, whole};
pub(super) use pixels::{deviations, filter, means, resize, share};
pub(super) use shard::shard;

use crate::record::Precision;

pub(super) fn alpha(word: &str) -> Result<f64, BadValue> {
    number_in(word, &(f64::MIN_POSITIVE..=2.0), "a width multiplier: a number above 0, at most 2", 0.75)
}

/// Parses the number format of weights and feature maps.
pub(super) fn precision(word: &str) -> Result<Precision, BadValue> {
    let word = word.to_ascii_lowercase();
    let named = Precision::ALL.into_iter().find(|precision| precision.name() == word);
    named.ok_or_else(|| {
        // `bf`, `bfloat16`, `half` and `fp16` mean the 16-bit format.
        let is_short = word.contains('b') || word.contains("16") || word.contains("half");
        BadValue::new("f32 or bf16", if is_short { Precision::Bf16 } else { Precision::F32 })
    })
}

/// A score that answers must have.
pub(super) fn probability(word: &str) -> Result<f32, BadValue> {
    let expected = "a probability: a number from 0 to 1";
    // A negative whole number stands for no limit in other programs; 1 would let nothing pass.
    if word.parse::<i64>().is_ok_and(|number| number < 0) {
        return Err(BadValue::new(expected, 0));
    }
    number_in(word, &(0.0..=1.0), expected, 0.5).map(|number| number as f32)
}

/// Parses the least cosine similarity of pictures.
pub(super) fn similarity(word: &str) -> Result<f64, BadValue> {
    number_in(word, &(0.0..=1.0), "a similarity: a number from 0 to 1", 0.9)
}

/// How many classes an answer has.
pub(super) fn top(word: &str) -> Result<usize, BadValue> {
    whole(word, &(0..=usize::MAX), "a number of classes: a whole number from 0", 5)
}

/// Networks halve the picture five times, so 32 px is the least; above 4096 px one picture takes gigabytes.
pub(super) fn resolution(word: &str) -> Result<usize, BadValue> {
    let side = word.split(['x', 'X', '×']).next().unwrap_or_default();
    let is_small = meant(side).is_some_and(|number| number < 32.0);
    let expected = "a whole number of px from 32 to 4096";
    let range = 32..=4096;
    let found = whole(side, &range, expected, if is_small { 32 } else { 224 })?;
    if side == word { Ok(found) } else { Err(BadValue::new(expected, found)) }
}

/// The width of a drawing. Of one that is too wide, the widest is meant.
pub(super) fn width(word: &str) -> Result<usize, BadValue> {
    resolution(word).map_err(|bad| at_most(bad, word, 4096))
}

/// How many pictures are found. Of too many, the most are meant.
pub(super) fn matches(word: &str) -> Result<usize, BadValue> {
    count(word).map_err(|bad| at_most(bad, word, 1024))
}

/// Suggests the `most` for a larger number.
fn at_most(bad: BadValue, word: &str, most: usize) -> BadValue {
    let is_larger = meant(word).is_some_and(|number| number > most as f64);
    let instead = if is_larger && !word.starts_with('-') { most.to_string() } else { bad.instead };
    BadValue { instead, ..bad }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::values::bad_value::instead;

    #[test]
    fn what_was_meant_is_suggested() {
        let words = ["75", "0,75", "-1", "75%", "0.75x", "abc", "0", "NaN", "1e400", ""];
        let expected = ["0.75", "0.75", "1", "0.75", "0.75", "0.75", "0.75", "0.75", "0.75", "0.75"];
        assert_eq!(instead(alpha, &words), expected);
        assert_eq!(
            instead(probability, &["29%", "50", "-0.5", "x", "200", "-1"]),
            ["0.29", "0.5", "0.5", "0.5", "0.5", "0"]
        );
        let words = ["16", "-224", "224px", "224x224", "100000", "abc", "0"];
        assert_eq!(instead(resolution, &words), ["32", "224", "224", "224", "224", "224", "32"]);
        assert_eq!(instead(precision, &["fp32", "bfloat16", "half", ""]), ["f32", "bf16", "bf16", "f32"]);
        assert_eq!(
            instead(width, &["1000000", "4097", "16", "abc", "640px"]),
            ["4096", "4096", "32", "224", "640"]
        );
        assert_eq!(instead(matches, &["2000", "1025", "0", "-3000", "x"]), ["1024", "1024", "1", "1", "1"]);
        assert_eq!(instead(top, &["abc", "-1", "3.0", "1_0", ""]), ["5", "1", "3", "10", "5"]);
    }

    #[test]
    fn suggestions_are_values_that_work() {
        for word in ["", "x", "-1", "0", "99999999999", "1e99", "-0", "½", "%", ",", "x,x"] {
            let found = [
                alpha(word).err().map(|bad| alpha(&bad.instead).is_ok()),
                probability(word).err().map(|bad| probability(&bad.instead).is_ok()),
                similarity(word).err().map(|bad| similarity(&bad.instead).is_ok()),
                top(word).err().map(|bad| top(&bad.instead).is_ok()),
                resolution(word).err().map(|bad| resolution(&bad.instead).is_ok()),
                resize(word).err().map(|bad| resize(&bad.instead).is_ok()),
                share(word).err().map(|bad| share(&bad.instead).is_ok()),
                means(word).err().map(|bad| means(&bad.instead).is_ok()),
                deviations(word).err().map(|bad| deviations(&bad.instead).is_ok()),
                count(word).err().map(|bad| count(&bad.instead).is_ok()),
                width(word).err().map(|bad| width(&bad.instead).is_ok()),
                matches(word).err().map(|bad| matches(&bad.instead).is_ok()),
                quantity(word).err().map(|bad| quantity(&bad.instead).is_ok()),
                size(word).err().map(|bad| size(&bad.instead).is_ok()),
                file_size(word).err().map(|bad| file_size(&bad.instead).is_ok()),
                milliseconds(word).err().map(|bad| milliseconds(&bad.instead).is_ok()),
                percent(word).err().map(|bad| percent(&bad.instead).is_ok()),
                shard(word).err().map(|bad| shard(&bad.instead).is_ok()),
            ];
            assert!(found.iter().all(|works| works.unwrap_or(true)), "{word}: {found:?}");
        }
    }
}
