//! Whether two classifiers differ on the same pictures: McNemar's test (McNemar 1947), in its exact form.
//!
//! Only pictures that one of them has right and the other wrong say which is better. If neither is, each such picture falls to
//! either with probability ½. The exact test counts how likely a split at least as uneven is. The usual approximation by χ² is
//! for tables in books: the exact sum is fast for any number of pictures, so it is always taken.

#![expect(clippy::doc_markdown, reason = "McNemar is a name")]

/// The two-sided p of a split at least as uneven as `only_first` against `only_second`: pictures that only the first, or only
/// the second, has right. 1 without such answers.
pub fn p_value(only_first: usize, only_second: usize) -> f64 {
    let (fewer, pairs) = (only_first.min(only_second), only_first + only_second);
    if only_first == only_second {
        return 1.0;
    }
    // The most likely of the splits that count, then the others by their ratio to the one before.
    let mut term = probability(fewer, pairs);
    let mut sum = term;
    for seen in (1..=fewer).rev() {
        term *= seen as f64 / (pairs - seen + 1) as f64;
        sum += term;
    }
    (2.0 * sum).min(1.0)
}

/// The probability of `heads` heads in `tosses` tosses: `C(tosses, heads) / 2^tosses`, for at most half as many heads.
///
/// Factors of C, each at least 1, alternate with halvings, which are exact, so that nothing overflows on the way.
fn probability(heads: usize, tosses: usize) -> f64 {
    let mut product = 1.0;
    let mut halvings = tosses;
    for head in 1..=heads {
        product *= (tosses - heads + head) as f64 / head as f64;
        while product > 1.0 && halvings > 0 {
            product /= 2.0;
            halvings -= 1;
        }
    }
    // Two steps: a power below 2^-1074 is 0, times a product near 1 it may still count.
    let half = halvings / 2;
    product * 0.5_f64.powi(half as i32) * 0.5_f64.powi((halvings - half) as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `mcnemar([[100, b], [c, 100]], exact=True).pvalue` of statsmodels 0.15.0 with scipy 1.17.1.
    const GOLDEN: [(usize, usize, f64); 18] = [
        (0, 0, 1.0),
        (0, 1, 1.0),
        (1, 0, 1.0),
        (0, 5, 0.0625),
        (0, 6, 0.031_25),
        (1, 9, 0.021_484_375),
        (3, 3, 1.0),
        (4, 5, 1.0),
        (10, 14, 0.541_256_189_346_313_5),
        (12, 12, 1.0),
        (12, 13, 1.0),
        (25, 40, 0.081_681_533_941_540_03),
        (0, 1000, 1.866_527_237_006_437_8e-301),
        (480, 520, 0.217_448_293_204_141_5),
        (500, 500, 1.0),
        (499, 501, 0.974_774_981_821_639_5),
        (30_000, 30_300, 0.223_367_292_535_070_37),
        (1200, 1300, 0.047_681_865_221_043_444),
    ];

    #[test]
    fn it_equals_statsmodels() {
        for (first, second, expected) in GOLDEN {
            let found = p_value(first, second);
            assert!((found - expected).abs() <= 1e-10 * expected, "{first} and {second}: {found}");
            assert_eq!(found.to_bits(), p_value(second, first).to_bits());
        }
    }

    #[test]
    fn splits_too_uneven_for_a_number_are_0() {
        assert_eq!(p_value(0, 100_000), 0.0);
        assert!(p_value(0, 1074) > 0.0);
    }
}
