//! Round values along an axis, as many as there is room for.

use super::scale::Scale;

/// A value that an axis names.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tick {
    pub(super) value: f64,
    pub(super) text: String,
}

/// Ticks whose places are far enough apart: `room` is what a text needs along the axis.
pub(super) fn ticks(scale: &Scale, room: impl Fn(&str) -> f64) -> Vec<Tick> {
    let fits = |ticks: &[Tick]| {
        ticks.windows(2).all(|pair| {
            let apart = (scale.position(pair[1].value) - scale.position(pair[0].value)).abs();
            apart >= room(&pair[0].text).midpoint(room(&pair[1].text))
        })
    };
    let sets = candidates(scale);
    // From fine to coarse. One tick always fits, but tells no distance.
    let best = sets.iter().find(|ticks| ticks.len() >= 2 && fits(ticks));
    best.or_else(|| sets.iter().find(|ticks| fits(ticks))).cloned().unwrap_or_default()
}

fn candidates(scale: &Scale) -> Vec<Vec<Tick>> {
    let mut sets = if scale.is_log { logarithmic(scale) } else { vec![] };
    sets.extend(linear(scale));
    sets
}

/// 1, 2, 5, 10, …; powers of ten; every second of them, and so on. Nothing if the axis has less than three of the first kind.
fn logarithmic(scale: &Scale) -> Vec<Vec<Tick>> {
    let powers = scale.low.log10().floor() as i32..=scale.high.log10().ceil() as i32;
    let inside = |digits: &[f64], stride: i32| -> Vec<Tick> {
        let powers = powers.clone().filter(|power| power % stride == 0);
        let values = powers.flat_map(|power| digits.iter().map(move |digit| (digit, power)));
        let values = values.map(|(digit, power)| (times_power(*digit, power), power));
        let values = values.filter(|(value, _)| (scale.low..=scale.high).contains(value));
        values.map(|(value, power)| Tick { value, text: number(value, power) }).collect()
    };
    let fine = inside(&[1.0, 2.0, 5.0], 1);
    if fine.len() < 3 {
        return vec![];
    }
    let coarse = (1..=10).map(|stride| inside(&[1.0], stride));
    [fine].into_iter().chain(coarse).filter(|ticks| ticks.len() >= 2).collect()
}

/// Multiples of 1, 2 and 5 times a power of ten.
fn linear(scale: &Scale) -> Vec<Vec<Tick>> {
    let span = scale.high - scale.low;
    let finest = (span / 50.0).log10().floor() as i32;
    let steps = (finest..finest + 4).flat_map(|power| [1.0, 2.0, 5.0].map(|digit| (digit, power)));
    let sets = steps.map(|(digit, power)| {
        let step = times_power(digit, power);
        let (first, last) = ((scale.low / step).ceil() as i64, (scale.high / step).floor() as i64);
        let values = (first..=last).map(|index| times_power(index as f64 * digit, power));
        values.map(|value| Tick { value, text: number(value, power) }).collect()
    });
    sets.collect()
}

/// `factor` · 10^`power`, as exact as the number that is written so.
fn times_power(factor: f64, power: i32) -> f64 {
    if power < 0 { factor / 10_f64.powi(-power) } else { factor * 10_f64.powi(power) }
}

/// `value`, a multiple of 10^`power`.
fn number(value: f64, power: i32) -> String {
    let is_plain = value == 0.0 || (1e-4..1e6).contains(&value.abs());
    let text = if is_plain {
        format!("{value:.*}", usize::try_from(-power).unwrap_or(0))
    } else {
        format!("{value:e}")
    };
    text.replace('-', "−")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The texts on an axis of 300 px where each needs 30.
    fn texts(values: [f64; 2], is_log: bool) -> Vec<String> {
        let scale = Scale::around(values.into_iter(), is_log, 0.0, 300.0);
        ticks(&scale, |_| 30.0).into_iter().map(|tick| tick.text).collect()
    }

    #[test]
    fn ticks_are_round_and_have_room() {
        assert_eq!(texts([0.0, 1.0], false), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(texts([41.5, 70.9], false), ["40", "45", "50", "55", "60", "65", "70"]);
        assert_eq!(texts([-4.0, 4.0], false), ["−4", "−3", "−2", "−1", "0", "1", "2", "3", "4"]);
        assert_eq!(texts([1.1e-5, 1.9e-5], false)[0], "1.1e−5");
    }

    #[test]
    fn ticks_of_a_logarithm_are_1_2_5_or_powers() {
        assert_eq!(texts([0.3, 10.6], true), ["0.5", "1", "2", "5", "10"]);
        assert_eq!(texts([14.0, 569.0], true), ["20", "50", "100", "200", "500"]);
        assert_eq!(texts([1.0, 1e5], true), ["1", "10", "100", "1000", "10000", "100000"]);
        assert_eq!(texts([1e-15, 1e15], true).len(), 8);
        assert_eq!(texts([60.0, 75.0], true), ["60", "62", "64", "66", "68", "70", "72", "74", "76"]);
    }

    #[test]
    fn every_range_has_ticks_inside_it() {
        let ends = [1e-15, 3.7e-9, 0.01, 0.999, 1.0, 17.0, 1234.5, 9.99e8, 1e15];
        for low in ends {
            for high in ends.into_iter().filter(|high| *high >= low) {
                for is_log in [false, true] {
                    let scale = Scale::around([low, high].into_iter(), is_log, 0.0, 300.0);
                    let found = ticks(&scale, |text| 8.0 * text.len() as f64);
                    let is_inside = |tick: &Tick| (scale.low..=scale.high).contains(&tick.value);
                    assert!(found.len() >= 2, "{low} {high} {is_log}: {found:?}");
                    assert!(found.iter().all(is_inside), "{low} {high} {is_log}: {found:?}");
                    assert!(found.len() <= 38, "{low} {high} {is_log}: {found:?}");
                }
            }
        }
    }
}
