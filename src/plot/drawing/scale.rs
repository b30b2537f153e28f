//! From values to places along an axis.

use std::ops::RangeInclusive;

/// Values that have a place: beyond these, sums and steps lose their digits.
const LARGEST: f64 = 1e15;
const SMALLEST_LOG: f64 = 1e-15;

/// The share of an axis that stays free beyond the values at its ends.
const MARGIN: f64 = 0.07;

/// An axis between two places, which may run in either direction.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    pub(super) is_log: bool,
    /// The values at the ends, the lower one first.
    pub(super) low: f64,
    pub(super) high: f64,
    start: f64,
    end: f64,
}

impl Scale {
    /// An axis on which all `values` have some room, from place `start` to `end`. Those that have no place do not count.
    pub(super) fn around(values: impl Iterator<Item = f64>, is_log: bool, start: f64, end: f64) -> Self {
        let values = values.filter(|value| has_place(is_log, *value));
        let (low, high) = values
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        let (low, high) = match (low <= high, is_log) {
            (true, true) => widened_log(low, high),
            (true, false) => widened(low, high),
            // No values.
            (false, true) => (1.0, 10.0),
            (false, false) => (0.0, 1.0),
        };
        Self { is_log, low, high, start, end }
    }

    /// An axis with exactly these ends.
    pub(super) fn linear(range: RangeInclusive<f64>, start: f64, end: f64) -> Self {
        Self { is_log: false, low: *range.start(), high: *range.end(), start, end }
    }

    /// The same values between other places.
    pub(super) fn between(self, start: f64, end: f64) -> Self {
        Self { start, end, ..self }
    }

    /// Where `value` is. Values beyond the ends, and those without a place, are at the ends.
    pub(super) fn position(&self, value: f64) -> f64 {
        let share = if self.is_log {
            (value.max(SMALLEST_LOG) / self.low).ln() / (self.high / self.low).ln()
        } else {
            (value - self.low) / (self.high - self.low)
        };
        self.start + share.clamp(0.0, 1.0) * (self.end - self.start)
    }
}

/// Whether `value` has a place on an axis.
pub(super) fn has_place(is_log: bool, value: f64) -> bool {
    value.is_finite() && value.abs() <= LARGEST && (!is_log || value >= SMALLEST_LOG)
}

fn widened(low: f64, high: f64) -> (f64, f64) {
    let span = high - low;
    let is_one_value = span <= low.abs().max(high.abs()) * 1e-9;
    let margin = match is_one_value {
        true if high == 0.0 => 1.0,
        true => high.abs() * 0.1,
        false => span * MARGIN,
    };
    (low - margin, high + margin)
}

fn widened_log(low: f64, high: f64) -> (f64, f64) {
    let factor = if high / low < 1.0 + 1e-9 { 2.0 } else { (high / low).powf(MARGIN) };
    (low / factor, high * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around(values: &[f64], is_log: bool) -> Scale {
        Scale::around(values.iter().copied(), is_log, 0.0, 100.0)
    }

    #[test]
    fn values_lie_inside_in_order() {
        for is_log in [false, true] {
            let scale = around(&[1.0, 10.0, 100.0], is_log);
            let places = [1.0, 10.0, 100.0].map(|value| scale.position(value));
            assert!(places[0] > 5.0 && places[2] < 95.0 && places[0] < places[1], "{places:?}");
            assert_eq!(is_log, (places[1] - 50.0).abs() < 1e-9);
        }
    }

    #[test]
    fn one_value_is_in_the_middle() {
        for (value, is_log) in [(0.0, false), (70.9, false), (-3.0, false), (70.9, true), (1e-15, true)] {
            let scale = around(&[value, value], is_log);
            assert!((scale.position(value) - 50.0).abs() < 1e-6, "{value}");
        }
    }

    #[test]
    fn values_without_a_place_do_not_count() {
        let scale = around(&[f64::NAN, f64::INFINITY, 1e300, 1.0, 2.0], false);
        assert!(scale.high < 3.0);
        assert!(around(&[0.0, -5.0, 1.0, 2.0], true).low > 0.5);
        assert!(around(&[], true).low > 0.0 && around(&[f64::NAN], false).low == 0.0);
        assert_eq!(around(&[1.0, 2.0], true).position(0.0), 0.0, "the end of an error bar");
        assert_eq!(around(&[1.0, 2.0], false).position(f64::INFINITY), 100.0);
    }
}
