//! Parsers of numbers on the command line; each error names a value that works.

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
}
