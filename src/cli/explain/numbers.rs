//! Formats the numbers of a map.

use crate::predict::ActivationMap;

/// `0.459`, or `8e-5` for a score that three decimals would not show.
pub(super) fn score(score: f64) -> String {
    if score > 0.0 && score < 0.000_5 { format!("{score:.0e}") } else { format!("{score:.3}") }
}

/// `logit 7.87 = bias 0.02 + 7.85 mean`, with the residual if there is one.
pub(super) fn decomposition(map: &ActivationMap) -> String {
    let signed = |value: f64| {
        let value = rounded(value);
        if value < 0.0 { format!("− {:.2}", -value) } else { format!("+ {value:.2}") }
    };
    let plain = |value: f64| format!("{:.2}", rounded(value)).replace('-', "−");
    let [logit, bias, residual] = [map.logit, map.bias, map.residual].map(rounded);
    // The mean absorbs the rounding errors, so that the numbers add up as they are shown.
    let mean = logit - bias - residual;
    let text = format!("logit {} = bias {} {} mean", plain(logit), plain(bias), signed(mean));
    if residual == 0.0 { text } else { format!("{text} {} residual", signed(residual)) }
}

/// The value rounded to hundredths, without a sign if that is zero.
fn rounded(value: f64) -> f64 {
    (value * 100.0).round() / 100.0 + 0.0
}

/// `values −0.7 to 36.8`.
pub(super) fn range(map: &ActivationMap) -> String {
    let (low, high) = map
        .values
        .iter()
        .fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), value| (low.min(*value), high.max(*value)));
    format!("values {low:.1} to {high:.1}").replace('-', "−")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::pixels::Region;
    use crate::predict::Method;

    #[test]
    fn the_parts_of_a_logit_add_up() {
        let classes = BTreeSet::from([3]).into_iter().collect();
        let region = Region { left: 0.0, top: 0.0, width: 1.0, height: 1.0 };
        let map = ActivationMap {
            width: 2,
            height: 1,
            values: vec![-1.0, 4.0],
            method: Method::Cam,
            classes,
            logit: 1.75,
            bias: 0.25,
            residual: 0.0,
            score: 0.5,
            region,
        };
        assert_eq!(decomposition(&map), "logit 1.75 = bias 0.25 + 1.50 mean");
        let map = ActivationMap { logit: -2.25, bias: -1.0, residual: -2.75, ..map };
        assert_eq!(decomposition(&map), "logit −2.25 = bias −1.00 + 1.50 mean − 2.75 residual");
        assert_eq!(range(&map), "values −1.0 to 4.0");
        // Rounding each number separately would give 7.87 = 0.02 + 7.84.
        let map = ActivationMap { logit: 7.8652, bias: 0.0212, residual: 0.0, values: vec![7.844; 2], ..map };
        assert_eq!(decomposition(&map), "logit 7.87 = bias 0.02 + 7.85 mean");
        let map = ActivationMap { logit: 1.5, bias: -0.001, values: vec![1.5; 2], ..map };
        assert_eq!(decomposition(&map), "logit 1.50 = bias 0.00 + 1.50 mean");
    }

    #[test]
    fn small_scores_are_not_zero() {
        assert_eq!(
            [score(0.459_04), score(0.0), score(0.000_08), score(1.0)],
            ["0.459", "0.000", "8e-5", "1.000"]
        );
    }
}
