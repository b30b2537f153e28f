//! Whether confidences are frequencies: of the answers given with 0.8, are 80 % right?
//!
//! Naeini, Cooper and Hauskrecht 2015 (AAAI), with the bins of Guo et al. 2017, "On Calibration of Modern Neural Networks"
//! (arXiv:1706.04599), section 2.

/// How many bins the field uses.
pub const BINS: usize = 15;

/// Answers, counted in bins of equal width by their confidence, which is the probability of the best class.
#[derive(Clone, Debug, PartialEq)]
pub struct Calibration {
    sums: Vec<Sums>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Sums {
    answers: u64,
    right: u64,
    confidence: f64,
}

/// The answers of a bin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bin {
    /// Confidences in the bin are above this.
    pub above: f64,
    /// And at most this.
    pub up_to: f64,
    /// How many answers are in it. Without any, the next two are 0.
    pub answers: u64,
    /// Their mean confidence.
    pub confidence: f64,
    /// The share of them that are right.
    pub accuracy: f64,
}

impl Default for Calibration {
    fn default() -> Self {
        Self::new(BINS)
    }
}

impl Calibration {
    /// Without answers.
    ///
    /// # Panics
    /// If `bins` is 0.
    pub fn new(bins: usize) -> Self {
        assert!(bins > 0, "at least one bin");
        Self { sums: vec![Sums::default(); bins] }
    }

    /// Counts an answer.
    ///
    /// # Panics
    /// If `confidence` is not between 0 and 1.
    pub fn add(&mut self, confidence: f64, is_right: bool) {
        assert!((0.0..=1.0).contains(&confidence), "confidence {confidence}");
        let bins = self.sums.len();
        let bin = (0..bins).find(|bin| confidence <= edge(bin + 1, bins)).unwrap_or(bins - 1);
        let sums = &mut self.sums[bin];
        sums.answers += 1;
        sums.right += u64::from(is_right);
        sums.confidence += confidence;
    }

    /// How many answers were counted.
    pub fn answers(&self) -> u64 {
        self.sums.iter().map(|sums| sums.answers).sum()
    }

    /// The bins, by ascending confidence. A confidence of exactly 0 is in the first.
    pub fn bins(&self) -> impl Iterator<Item = Bin> {
        let count = self.sums.len();
        self.sums.iter().enumerate().map(move |(index, sums)| {
            let mean = |sum: f64| if sums.answers == 0 { 0.0 } else { sum / sums.answers as f64 };
            Bin {
                above: edge(index, count),
                up_to: edge(index + 1, count),
                answers: sums.answers,
                confidence: mean(sums.confidence),
                accuracy: mean(sums.right as f64),
            }
        })
    }

    /// The expected calibration error, 0 to 1: how far confidence and accuracy of a bin are apart, as the mean over all answers.
    /// `None` without answers.
    pub fn expected_error(&self) -> Option<f64> {
        let answers = self.answers();
        let gap = |bin: Bin| bin.answers as f64 * (bin.confidence - bin.accuracy).abs();
        (answers > 0).then(|| self.bins().map(gap).sum::<f64>() / answers as f64)
    }
}

/// The lower edge of a bin.
fn edge(bin: usize, bins: usize) -> f64 {
    bin as f64 / bins as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calibration(bins: usize, answers: &[(f64, bool)]) -> Calibration {
        let mut calibration = Calibration::new(bins);
        for &(confidence, is_right) in answers {
            calibration.add(confidence, is_right);
        }
        calibration
    }

    #[test]
    fn the_error_is_the_mean_gap_between_confidence_and_accuracy() {
        // Two of four right at 0.9, and one right at 0.3: 4/5 of 0.4, and 1/5 of 0.7.
        let answers = [(0.9, true), (0.9, true), (0.9, false), (0.9, false), (0.3, true)];
        let error = calibration(10, &answers).expected_error().unwrap();
        assert!((error - (0.8 * 0.4 + 0.2 * 0.7)).abs() < 1e-12, "{error}");
        // Right as often as it says.
        assert_eq!(calibration(BINS, &[(0.5, true), (0.5, false)]).expected_error(), Some(0.0));
        assert_eq!(Calibration::default().expected_error(), None);
    }

    #[test]
    fn an_edge_belongs_to_the_bin_below_it() {
        let counts = |answers: &[(f64, bool)]| {
            calibration(4, answers).bins().map(|bin| bin.answers).collect::<Vec<_>>()
        };
        assert_eq!(counts(&[(0.0, true), (0.25, true), (0.250_001, true), (1.0, true)]), [2, 1, 0, 1]);
        let bins: Vec<_> = calibration(4, &[(0.6, true), (0.7, false)]).bins().collect();
        assert_eq!((bins[2].above, bins[2].up_to, bins[2].accuracy), (0.5, 0.75, 0.5));
        assert!((bins[2].confidence - 0.65).abs() < 1e-12);
        assert_eq!((bins[0].confidence, bins[0].accuracy), (0.0, 0.0));
    }

    #[test]
    #[should_panic(expected = "confidence NaN")]
    fn what_is_no_probability_is_refused() {
        Calibration::default().add(f64::NAN, true);
    }
}
