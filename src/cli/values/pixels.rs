//! How pictures become the network's input.

use super::bad_value::{BadValue, meant, number_in};
use crate::pixels::{Filter, Resize};

/// What pictures are resized to: the shorter side, `WxH`, or `none`.
pub(in crate::cli) fn resize(word: &str) -> Result<Resize, BadValue> {
    let expected = "the shorter side in px, from 1 to 8192, or WIDTHxHEIGHT, or none";
    let bad = || {
        let words: Vec<_> = word.split(['x', 'X', '×', '*', ',']).map(meant).collect();
        let sides: Option<Vec<_>> =
            words.into_iter().map(|side| side.filter(|side| (1.0..=8192.0).contains(side))).collect();
        match sides.as_deref() {
            Some(&[width, height]) => {
                BadValue::new(expected, format_args!("{}x{}", width as u32, height as u32))
            }
            Some(&[side]) => BadValue::new(expected, side as u32),
            _ => BadValue::new(expected, 232),
        }
    };
    let side = |word: &str| word.parse::<u32>().ok().filter(|side| (1..=8192).contains(side)).ok_or_else(bad);
    match word.to_ascii_lowercase().split_once('x') {
        _ if word.eq_ignore_ascii_case("none") => Ok(Resize::None),
        Some((width, height)) => Ok(Resize::Exact { width: side(width)?, height: side(height)? }),
        None => Ok(Resize::ShortestEdge(side(word)?)),
    }
}

/// timm's `crop_pct`. Above 1, pictures get a border.
pub(in crate::cli) fn share(word: &str) -> Result<f64, BadValue> {
    number_in(word, &(0.1..=2.0), "a share: a number from 0.1 to 2", 0.875)
}

/// One number for all channels, or one for each.
fn numbers(word: &str) -> Option<[f64; 3]> {
    let numbers: Option<Vec<_>> = word
        .split(',')
        .map(|word| word.trim().parse::<f64>().ok().filter(|number| (*number as f32).is_finite()))
        .collect();
    match numbers.as_deref() {
        Some(&[number]) => Some([number; 3]),
        Some(&[red, green, blue]) => Some([red, green, blue]),
        _ => None,
    }
}

/// Numbers that are right for each channel. Those of values of 0 to 255, above `most`, may be meant.
fn channels(
    word: &str,
    is_right: impl Fn(&f64) -> bool,
    most: f64,
    expected: &str,
    example: &str,
) -> Result<[f64; 3], BadValue> {
    let spaced = word.trim_matches(['[', ']', '(', ')']).split([' ', ';', ',']);
    let spaced = spaced.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(",");
    let is_right = |numbers: &[f64; 3]| numbers.iter().all(&is_right);
    match numbers(word) {
        Some(found) if is_right(&found) => Ok(found),
        Some(found)
            if found.iter().any(|number| *number > most) && is_right(&found.map(|number| number / 255.0)) =>
        {
            let scaled = found.map(|number| ((number / 255.0 * 1e3).round() / 1e3).to_string()).join(",");
            Err(BadValue::new(format!("{expected}; these are of values of 0 to 255"), scaled))
        }
        None if numbers(&spaced).is_some_and(|found| is_right(&found)) => {
            Err(BadValue::new(expected, spaced))
        }
        _ => Err(BadValue::new(expected, example)),
    }
}

/// Means of values of 0 to 1.
pub(in crate::cli) fn means(word: &str) -> Result<[f64; 3], BadValue> {
    let expected = "the mean of values of 0 to 1: one number, or three with commas";
    channels(word, |mean| mean.abs() <= 1.0, 1.0, expected, "0.485,0.456,0.406")
}

/// Deviations of values of 0 to 1, each of which pixels can be divided by.
pub(in crate::cli) fn deviations(word: &str) -> Result<[f64; 3], BadValue> {
    let expected = "the deviation of values of 0 to 1: one positive number, or three with commas";
    let is_right = |number: &f64| *number as f32 > 0.0 && *number <= 10.0;
    channels(word, is_right, 10.0, expected, "0.229,0.224,0.225")
}

/// A filter by its name, in any case.
pub(in crate::cli) fn filter(word: &str) -> Result<Filter, BadValue> {
    word.to_ascii_lowercase()
        .parse::<Filter>()
        .map_err(|_| BadValue::new("nearest, box, bilinear, hamming, bicubic or lanczos", "bicubic"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::values::bad_value::instead;

    #[test]
    fn sizes_and_channels() {
        assert_eq!([resize("none"), resize("NONE")], [Ok(Resize::None), Ok(Resize::None)]);
        assert_eq!([filter("bicubic"), filter("BICUBIC")], [Ok(Filter::Bicubic), Ok(Filter::Bicubic)]);
        assert_eq!(resize("232"), Ok(Resize::ShortestEdge(232)));
        assert_eq!(resize("192x256"), Ok(Resize::Exact { width: 192, height: 256 }));
        for word in ["", "0", "9000", "224x", "x224", "1x2x3", "-1", "224 px"] {
            assert!(resize(word).is_err(), "{word}");
        }
        assert_eq!(numbers("0.5"), Some([0.5; 3]));
        assert_eq!(numbers("-1, 0,0.25"), Some([-1.0, 0.0, 0.25]));
        for word in ["", "1,2", "1,2,3,4", "NaN", "inf", "1e300", "a"] {
            assert!(numbers(word).is_none(), "{word}");
        }
        assert!(deviations("0.1,0.2,0.3").is_ok());
        for word in ["0", "-1", "1,1,0", "1e-60"] {
            assert!(deviations(word).is_err(), "{word}");
        }
        assert_eq!((share("0.875"), share("0.05").is_err(), share("NaN").is_err()), (Ok(0.875), true, true));
    }

    #[test]
    fn what_was_meant_is_suggested() {
        assert_eq!(instead(resize, &["232px", "224,192", "x", "0"]), ["232", "224x192", "232", "232"]);
        let expected = ["0.485,0.456,0.406", "0.5,0.5,0.4", "0.485,0.456,0.406"];
        assert_eq!(instead(means, &["123.675,116.28,103.53", "[0.5 0.5 0.4]", "x"]), expected);
        assert_eq!(instead(deviations, &["58.395", "0"]), ["0.229,0.229,0.229", "0.229,0.224,0.225"]);
        assert_eq!(instead(share, &["87.5%", "88", "x"]), ["0.875", "0.88", "0.875"]);
    }
}
