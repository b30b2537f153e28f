//! How certain a counted share is: Wilson's score interval (Wilson 1927, "Probable inference, the law of succession,
//! and statistical inference").
//!
//! Unlike the share plus and minus its standard error, it stays within 0 and 1, and is meaningful for shares of 0 and 1 as well.

/// The two-sided 95 % quantile of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// The 95 % interval, lower and upper bound, of a share of which `successes` of `trials` were seen. Without trials it is
/// 0 to 1.
///
/// # Panics
/// If there are more successes than trials.
pub fn interval(successes: usize, trials: usize) -> (f64, f64) {
    assert!(successes <= trials, "{successes} of {trials}");
    if trials == 0 {
        return (0.0, 1.0);
    }
    let (n, share) = (trials as f64, successes as f64 / trials as f64);
    let scale = 1.0 + Z * Z / n;
    let centre = (share + Z * Z / (2.0 * n)) / scale;
    let half = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt() / scale;
    // Exact where rounding would leave a trace.
    let lower = if successes == 0 { 0.0 } else { centre - half };
    let upper = if successes == trials { 1.0 } else { centre + half };
    (lower, upper)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `proportion_confint(successes, trials, 0.05, "wilson")` of statsmodels 0.15.0.
    const GOLDEN: [(usize, usize, f64, f64); 11] = [
        (0, 1, 0.0, 0.793_450_685_622_762_7),
        (1, 1, 0.206_549_314_377_237_4, 1.0),
        (0, 10, 0.0, 0.277_532_799_862_889_3),
        (10, 10, 0.722_467_200_137_110_6, 1.0),
        (3, 10, 0.107_791_267_406_301_04, 0.603_221_852_538_854_6),
        (1, 24, 0.007_393_456_165_505_796, 0.202_418_064_786_559_47),
        (24, 24, 0.862_023_795_325_019_8, 1.0),
        (81, 263, 0.255_288_519_878_274_2, 0.366_209_576_982_800_04),
        (35_123, 50_000, 0.698_437_318_899_916_7, 0.706_451_573_819_916_4),
        (1, 1_000_000, 1.765_245_767_453_717_6e-7, 5.664_911_804_311_445e-6),
        (1_999_999, 2_000_000, 0.999_997_167_538_482_6, 0.999_999_911_737_717_1),
    ];

    #[test]
    fn it_equals_statsmodels() {
        for (successes, trials, lower, upper) in GOLDEN {
            let found = interval(successes, trials);
            // Of a share near 0, the bound is a difference of numbers near its width: f64 leaves about 1e-15 of that.
            let is_near = |a: f64, b: f64| (a - b).abs() <= 1e-13 * b.abs().max(1e-3);
            assert!(is_near(found.0, lower) && is_near(found.1, upper), "{successes} of {trials}: {found:?}");
        }
    }

    #[test]
    fn nothing_seen_says_nothing() {
        assert_eq!(interval(0, 0), (0.0, 1.0));
    }

    #[test]
    fn it_holds_the_share_and_narrows() {
        let mut width = 1.0;
        for n in [4, 40, 400, 4000] {
            let (lower, upper) = interval(n / 4, n);
            assert!(lower < 0.25 && 0.25 < upper && upper - lower < width, "{n}");
            width = upper - lower;
        }
    }
}
