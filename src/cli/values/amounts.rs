//! Amounts: counts, times, sizes, percentages.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::bad_value::{BadValue, meant, whole};

/// A number of threads, or of pictures in a batch.
pub(in crate::cli) fn count(word: &str) -> Result<usize, BadValue> {
    whole(word, &(1..=1024), "a whole number from 1 to 1024", 1)
}

/// A time in seconds, from `least` to `most`.
pub(in crate::cli) fn seconds(
    word: &str,
    range: &RangeInclusive<f64>,
    example: f64,
) -> Result<Duration, BadValue> {
    let expected = format!("seconds: a number from {} to {}", range.start(), range.end());
    let (number, unit) = word.split_at(word.trim_end_matches(char::is_alphabetic).len());
    let factor = match unit.to_lowercase().as_str() {
        "ms" => 0.001,
        "m" | "min" | "minutes" => 60.0,
        "h" | "hours" => 3600.0,
        _ => 1.0,
    };
    let meant =
        meant(number).map(|number| number * factor).filter(|number| *number > 0.0 && range.contains(number));
    word.parse::<f64>()
        .ok()
        .filter(|seconds| range.contains(seconds))
        .map(Duration::from_secs_f64)
        .ok_or_else(|| BadValue::new(expected, meant.unwrap_or(example)))
}

/// A number of parameters or Mult-Adds: `5M`, `1.2G`, `300000`.
pub(in crate::cli) fn quantity(word: &str) -> Result<f64, BadValue> {
    let units = [('K', 1e3), ('M', 1e6), ('G', 1e9), ('B', 1e9)];
    let upper = word.trim().to_ascii_uppercase();
    let unit = units.into_iter().find(|(letter, _)| upper.ends_with(*letter));
    let (digits, factor) =
        unit.map_or((&*upper, 1.0), |(letter, factor)| (upper.trim_end_matches(letter), factor));
    match digits.trim().parse::<f64>() {
        Ok(number) if number >= 0.0 && number.is_finite() => Ok(number * factor),
        _ => Err(BadValue::new("a number from 0, perhaps with K, M or G", "5M")),
    }
}

/// An amount of memory: `512M`, `1.5G`. A letter is a power of 1024.
pub(in crate::cli) fn size(word: &str) -> Result<u64, BadValue> {
    let upper = word.trim().to_ascii_uppercase();
    bytes(&upper).ok_or_else(|| {
        let number = upper.strip_suffix("IB").or_else(|| upper.strip_suffix('B')).unwrap_or(&upper);
        // A number alone: of megabytes, or of bytes.
        let meant = match number.parse::<u64>() {
            Ok(megabytes @ 1..=1_000_000) => format!("{megabytes}M"),
            Ok(bytes) if bytes > 1 << 20 => format!("{}M", bytes >> 20),
            _ => size_meant(&upper).unwrap_or_else(|| "512M".to_owned()),
        };
        BadValue::new("a number with M or G, at least 1M", meant)
    })
}

/// The bytes of `512M`, `2GIB`.
fn bytes(upper: &str) -> Option<u64> {
    let units = [('M', 1_u64 << 20), ('G', 1 << 30), ('T', 1 << 40)];
    let number = upper.strip_suffix("IB").or_else(|| upper.strip_suffix('B')).unwrap_or(upper);
    let (digits, unit) =
        units.into_iter().find_map(|(letter, unit)| Some((number.strip_suffix(letter)?, unit)))?;
    let number = digits.trim().parse::<f64>().ok()?;
    Some((number * unit as f64) as u64).filter(|bytes| *bytes >= 1 << 20)
}

/// `2G` of `2Go`, `2 gigabytes`, `2,0GI`; `2048M` of `2097152K`.
fn size_meant(word: &str) -> Option<String> {
    let start = word.find(char::is_alphabetic)?;
    let number = meant(&word[..start]).filter(|number| *number > 0.0)?;
    let letter = word[start..].chars().next()?;
    let found =
        if letter == 'K' { format!("{}M", (number / 1024.0) as u64) } else { format!("{number}{letter}") };
    bytes(&found).is_some().then_some(found)
}

/// A time in milliseconds.
pub(in crate::cli) fn milliseconds(word: &str) -> Result<f64, BadValue> {
    let range = f64::MIN_POSITIVE..=1e9;
    let (number, unit) = word.split_at(word.trim_end_matches(char::is_alphabetic).len());
    let factor = if ["s", "seconds"].contains(&unit.to_lowercase().as_str()) { 1000.0 } else { 1.0 };
    let meant =
        meant(number).map(|number| number * factor).filter(|number| *number > 0.0 && range.contains(number));
    word.parse::<f64>()
        .ok()
        .filter(|number| range.contains(number))
        .ok_or_else(|| BadValue::new("milliseconds: a number above 0", meant.unwrap_or(5.0)))
}

/// The size of a file: `16MB`, `15.2M`, `20MiB`. A letter is a power of 1000, as sizes are printed.
pub(in crate::cli) fn file_size(word: &str) -> Result<f64, BadValue> {
    let upper = word.trim().to_ascii_uppercase();
    let (number, base) = match (upper.strip_suffix("IB"), upper.strip_suffix('B')) {
        (Some(number), _) => (number, 1024_f64),
        (None, number) => (number.unwrap_or(&upper), 1000.0),
    };
    let units = [("K", 1), ("M", 2), ("G", 3)];
    let found = units.into_iter().find_map(|(letter, power)| Some((number.strip_suffix(letter)?, power)));
    let (digits, power) = found.unwrap_or((number, 0));
    match digits.trim().parse::<f64>() {
        Ok(number) if number >= 0.0 && number.is_finite() => Ok(number * base.powi(power)),
        _ => Err(BadValue::new("a size: a number from 0, perhaps with kB, MB or GB", "16MB")),
    }
}

/// A percentage, with or without the sign.
pub(in crate::cli) fn percent(word: &str) -> Result<f64, BadValue> {
    let range = 0.0..=100.0;
    let number = word.trim_end_matches('%').trim().parse().ok();
    number.filter(|number| range.contains(number)).ok_or_else(|| {
        let meant = meant(word.trim_end_matches('%')).filter(|number| range.contains(number));
        BadValue::new("a percentage: a number from 0 to 100", meant.unwrap_or(75.0))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::values::bad_value::instead;

    #[test]
    fn quantities_have_units() {
        let found = ["5M", "1.2g", " 300 k", "17", "2B"].map(|word| quantity(word).unwrap());
        assert_eq!(found, [5e6, 1.2e9, 3e5, 17.0, 2e9]);
        for word in ["", "M", "-1M", "5X", "NaN"] {
            assert!(quantity(word).is_err(), "{word}");
        }
        assert_eq!((percent("75").unwrap(), percent("75.5 %").unwrap()), (75.0, 75.5));
        assert!(percent("101").is_err());
    }

    #[test]
    fn sizes_of_files_are_powers_of_1000() {
        let found = ["16MB", "15.2m", "20 MiB", "900", "812kB", "1gb"].map(|word| file_size(word).unwrap());
        assert_eq!(found, [16e6, 15.2e6, 20.0 * 1_048_576.0, 900.0, 812e3, 1e9]);
        for word in ["", "MB", "-1M", "5X", "NaNMB", "iB"] {
            assert!(file_size(word).is_err(), "{word}");
        }
        assert_eq!([milliseconds("5"), milliseconds("0.25")], [Ok(5.0), Ok(0.25)]);
        for word in ["", "0", "-1", "NaN", "inf", "fast"] {
            assert!(milliseconds(word).is_err(), "{word}");
        }
    }

    #[test]
    fn sizes_are_powers_of_1024() {
        let found = ["1M", "512m", "1.5 G", "2GiB", "3GB", "1T"].map(|word| size(word).unwrap() >> 20);
        assert_eq!(found, [1, 512, 1536, 2048, 3072, 1 << 20]);
        for word in ["", "M", "-1G", "512", "0.5M", "0G", "NaNG", "5X", "1MM"] {
            assert!(size(word).is_err(), "{word}");
        }
    }

    #[test]
    fn what_was_meant_is_suggested() {
        assert_eq!(instead(size, &["512", "2147483648", "0.5M", "x"]), ["512M", "2048M", "512M", "512M"]);
        let words = ["2Go", "2 gigabytes", "1,5Gi", "-1G", "2097152k", "12k", "2Po"];
        assert_eq!(instead(size, &words), ["2G", "2G", "1.5G", "1G", "2048M", "512M", "512M"]);
        let seconds = |word: &str| seconds(word, &(0.001..=100.0), 10.0);
        assert_eq!(instead(seconds, &["500ms", "1m", "2s", "0", "x"]), ["0.5", "60", "2", "10", "10"]);
        assert_eq!(instead(milliseconds, &["5ms", "2s", "-3", "x"]), ["5", "2000", "3", "5"]);
        assert_eq!(instead(percent, &["101", "-5", "x"]), ["75", "5", "75"]);
        assert_eq!(instead(count, &["0", "-4", "2000", "all"]), ["1", "4", "1", "1"]);
    }
}
