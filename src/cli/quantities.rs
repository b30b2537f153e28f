//! Sizes, times and rates, as short as a person needs them.

use std::time::Duration;

/// `812 kB`, `14.2 MB`, `1.3 GB`
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => counted(bytes as usize, "byte"),
        1_000..999_500 => format!("{:.0} kB", bytes as f64 / 1e3),
        999_500..999_950_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}

/// `15 s`, `3 min`, `2 h 10 min`, `4 days`
pub(super) fn time(time: Duration) -> String {
    let (seconds, minutes) = (time.as_secs_f64().round() as u64, (time.as_secs_f64() / 60.0).round() as u64);
    match (seconds, minutes / 60, minutes % 60) {
        (0..100, ..) => format!("{seconds} s"),
        (_, 0, _) | (_, 1, 0..30) => format!("{minutes} min"),
        (_, hours @ 0..48, 0) => format!("{hours} h"),
        (_, hours @ 0..48, minutes) => format!("{hours} h {minutes} min"),
        (_, hours, _) => format!("{} days", (hours + 12) / 24),
    }
}

/// `25/s`, `2.5/s`, `40/min`, `3.0/h`
pub(super) fn rate(per_second: f64) -> String {
    let (number, unit) = if per_second >= 0.95 {
        (per_second, "s")
    } else if per_second * 60.0 >= 0.95 {
        (per_second * 60.0, "min")
    } else {
        (per_second * 3600.0, "h")
    };
    if number >= 9.95 { format!("{number:.0}/{unit}") } else { format!("{number:.1}/{unit}") }
}

/// `1 picture`, `2 pictures`, `2 classes`, `2 repositories`. A noun that ends in `y` must have a consonant before it.
pub(super) fn counted(count: usize, noun: &str) -> String {
    match (count, noun.strip_suffix('y')) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) => format!("{count} {stem}ies"),
        _ if noun.ends_with('s') => format!("{count} {noun}es"),
        _ => format!("{count} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_the_unit_that_fits() {
        assert_eq!(
            [0, 1, 999, 1_000, 812_345, 999_499].map(size),
            ["0 bytes", "1 byte", "999 bytes", "1 kB", "812 kB", "999 kB"]
        );
        assert_eq!(
            [999_500, 14_214_000, 999_949_999, 999_950_000, u64::MAX].map(size),
            ["1.0 MB", "14.2 MB", "999.9 MB", "1.0 GB", "18446744073.7 GB"]
        );
    }

    #[test]
    fn nouns_follow_their_number() {
        let counts = [counted(1, "file"), counted(0, "file"), counted(2, "other entry")];
        assert_eq!(counts, ["1 file", "0 files", "2 other entries"]);
    }

    #[test]
    fn times_get_coarser() {
        let texts = [0, 15, 99, 100, 179, 5_000, 5_400, 7_170, 7_200, 7_800, 172_000, 345_600, u64::MAX]
            .map(|seconds| time(Duration::from_secs(seconds)));
        assert_eq!(
            texts[..11],
            [
                "0 s",
                "15 s",
                "99 s",
                "2 min",
                "3 min",
                "83 min",
                "1 h 30 min",
                "2 h",
                "2 h",
                "2 h 10 min",
                "47 h 47 min"
            ]
        );
        assert_eq!(texts[11], "4 days");
        assert_eq!(time(Duration::from_millis(400)), "0 s");
    }

    #[test]
    fn rates_have_two_digits() {
        assert_eq!([24.8922, 100.4, 9.96, 9.94, 1.0].map(rate), ["25/s", "100/s", "10/s", "9.9/s", "1.0/s"]);
        assert_eq!([0.5, 0.02, 0.001, 0.0].map(rate), ["30/min", "1.2/min", "3.6/h", "0.0/h"]);
    }
}
