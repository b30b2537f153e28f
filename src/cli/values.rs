//! Parsers of numbers on the command line; each error names a value that works.

use crate::pixels::{Filter, Resize};

pub(super) fn alpha(word: &str) -> Result<f64, String> {
    match word.parse::<f64>() {
        Ok(alpha) if alpha > 0.0 && alpha <= 2.0 => Ok(alpha),
        _ => Err("a width multiplier is a number such as 0.75; try `mnet models list`".into()),
    }
}

/// Networks halve the picture five times, so 32 px is the least; above 4096 px one picture takes gigabytes.
pub(super) fn resolution(word: &str) -> Result<usize, String> {
    match word.parse::<usize>() {
        Ok(resolution @ 32..=4096) => Ok(resolution),
        Ok(resolution) if resolution < 32 => Err("the smallest is 32; try --res 32".into()),
        Ok(_) => Err("the largest is 4096; try --res 224".into()),
        Err(_) => Err("a resolution is a whole number of pixels; try --res 224".into()),
    }
}

/// What pictures are resized to: the shorter side, `WxH`, or `none`.
pub(super) fn resize(word: &str) -> Result<Resize, String> {
    let side = |word: &str| match word.parse::<u32>() {
        Ok(side @ 1..=8192) => Ok(side),
        Ok(_) => Err("a side has 1 to 8192 px; try 232".to_owned()),
        Err(_) => Err("expected the shorter side in px, WIDTHxHEIGHT or none; try 232 or 224x224".into()),
    };
    match word.to_ascii_lowercase().split_once('x') {
        _ if word.eq_ignore_ascii_case("none") => Ok(Resize::None),
        Some((width, height)) => Ok(Resize::Exact { width: side(width)?, height: side(height)? }),
        None => Ok(Resize::ShortestEdge(side(word)?)),
    }
}

/// timm's `crop_pct`. Above 1, pictures get a border.
pub(super) fn share(word: &str) -> Result<f64, String> {
    match word.parse::<f64>() {
        Ok(share) if (0.1..=2.0).contains(&share) => Ok(share),
        _ => Err("a share is a number from 0.1 to 2; try 0.875".into()),
    }
}

/// One number for all channels, or one for each.
fn numbers(word: &str) -> Result<[f64; 3], String> {
    let numbers: Option<Vec<_>> = word
        .split(',')
        .map(|word| word.trim().parse::<f64>().ok().filter(|number| (*number as f32).is_finite()))
        .collect();
    match numbers.as_deref() {
        Some(&[number]) => Ok([number; 3]),
        Some(&[red, green, blue]) => Ok([red, green, blue]),
        _ => Err("expected one number, or three with commas between; try 0.485,0.456,0.406".into()),
    }
}

/// Means of values of 0 to 1.
pub(super) fn means(word: &str) -> Result<[f64; 3], String> {
    match numbers(word)? {
        means if means.iter().all(|mean| mean.abs() <= 1.0) => Ok(means),
        _ => Err("a mean is of values of 0 to 1: divide those of 0 to 255 by 255".into()),
    }
}

/// A filter by its name, in any case.
pub(super) fn filter(word: &str) -> Result<Filter, String> {
    word.to_ascii_lowercase().parse::<Filter>().map_err(|error| error.to_string())
}

/// As [`numbers`], each of which pixels can be divided by.
pub(super) fn deviations(word: &str) -> Result<[f64; 3], String> {
    let numbers = numbers(word).ok();
    if numbers.is_some_and(|numbers| numbers.iter().any(|number| *number > 10.0)) {
        return Err("a deviation is of values of 0 to 1: divide those of 0 to 255 by 255".into());
    }
    numbers.filter(|numbers| numbers.iter().all(|number| *number as f32 > 0.0)).ok_or_else(|| {
        "expected one positive number, or three with commas between; try 0.229,0.224,0.225".into()
    })
}

/// A number of threads, or of pictures in a batch.
pub(super) fn count(word: &str) -> Result<usize, String> {
    match word.parse::<usize>() {
        Ok(count @ 1..=1024) => Ok(count),
        _ => Err("a whole number from 1 to 1024; try 1".into()),
    }
}

/// A number of parameters or Mult-Adds: `5M`, `1.2G`, `300000`.
pub(super) fn quantity(word: &str) -> Result<f64, String> {
    let units = [('K', 1e3), ('M', 1e6), ('G', 1e9), ('B', 1e9)];
    let upper = word.trim().to_ascii_uppercase();
    let unit = units.into_iter().find(|(letter, _)| upper.ends_with(*letter));
    let (digits, factor) =
        unit.map_or((&*upper, 1.0), |(letter, factor)| (upper.trim_end_matches(letter), factor));
    match digits.trim().parse::<f64>() {
        Ok(number) if number >= 0.0 && number.is_finite() => Ok(number * factor),
        _ => Err("expected a number, optionally with K, M or G; try 5M".into()),
    }
}

/// An amount of memory: `512M`, `1.5G`. A letter is a power of 1024.
pub(super) fn size(word: &str) -> Result<u64, String> {
    let units = [('M', 1_u64 << 20), ('G', 1 << 30), ('T', 1 << 40)];
    let upper = word.trim().to_ascii_uppercase();
    let number = upper.strip_suffix("IB").or_else(|| upper.strip_suffix('B')).unwrap_or(&upper);
    let found = units.into_iter().find_map(|(letter, unit)| Some((number.strip_suffix(letter)?, unit)));
    let bytes = found.and_then(|(digits, unit)| {
        digits.trim().parse::<f64>().ok().map(|number| (number * unit as f64) as u64)
    });
    bytes
        .filter(|bytes| *bytes >= 1 << 20)
        .ok_or_else(|| "a size is a number with M or G, at least 1M; try 512M or 2G".into())
}

/// A percentage, with or without the sign.
pub(super) fn percent(word: &str) -> Result<f64, String> {
    match word.trim_end_matches('%').trim().parse::<f64>() {
        Ok(percent) if (0.0..=100.0).contains(&percent) => Ok(percent),
        _ => Err("a percentage is between 0 and 100; try 75".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn sizes_are_powers_of_1024() {
        let found = ["1M", "512m", "1.5 G", "2GiB", "3GB", "1T"].map(|word| size(word).unwrap() >> 20);
        assert_eq!(found, [1, 512, 1536, 2048, 3072, 1 << 20]);
        for word in ["", "M", "-1G", "512", "0.5M", "0G", "NaNG", "5X", "1MM"] {
            assert!(size(word).is_err(), "{word}");
        }
    }

    #[test]
    fn sizes_and_channels() {
        assert_eq!([resize("none"), resize("NONE")], [Ok(Resize::None), Ok(Resize::None)]);
        assert_eq!([filter("bicubic"), filter("BICUBIC")], [Ok(Filter::Bicubic), Ok(Filter::Bicubic)]);
        assert_eq!(resize("232"), Ok(Resize::ShortestEdge(232)));
        assert_eq!(resize("192x256"), Ok(Resize::Exact { width: 192, height: 256 }));
        for word in ["", "0", "9000", "224x", "x224", "1x2x3", "-1", "224 px"] {
            assert!(resize(word).is_err(), "{word}");
        }
        assert_eq!(numbers("0.5"), Ok([0.5; 3]));
        assert_eq!(numbers("-1, 0,0.25"), Ok([-1.0, 0.0, 0.25]));
        for word in ["", "1,2", "1,2,3,4", "NaN", "inf", "1e300", "a"] {
            assert!(numbers(word).is_err(), "{word}");
        }
        assert!(deviations("0.1,0.2,0.3").is_ok());
        for word in ["0", "-1", "1,1,0", "1e-60"] {
            assert!(deviations(word).is_err(), "{word}");
        }
        assert_eq!((share("0.875"), share("0.05").is_err(), share("NaN").is_err()), (Ok(0.875), true, true));
    }
}
