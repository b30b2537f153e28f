//! What words in variables mean.

use std::time::Duration;

/// Python's rule: `1`, `ON`, `YES` and `TRUE` in any case; everything else is false.
pub(super) fn is_true(value: &str) -> bool {
    ["1", "ON", "YES", "TRUE"].iter().any(|word| value.eq_ignore_ascii_case(word))
}

/// Words that say so.
pub(super) fn is_false(value: &str) -> bool {
    ["0", "OFF", "NO", "FALSE"].iter().any(|word| value.eq_ignore_ascii_case(word))
}

/// The longest timeout. Clocks and sockets count in numbers that a larger one would overflow.
const LONGEST: Duration = Duration::from_hours(24 * 365);

pub(super) fn seconds(value: &str) -> Option<Duration> {
    let seconds = value.trim().parse().ok().filter(|&seconds| seconds > 0);
    seconds.map(|seconds| Duration::from_secs(seconds).min(LONGEST))
}
