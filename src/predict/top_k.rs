//! Logits to probabilities, and the best of them.

/// The meaning of a classifier's logits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scores {
    /// Exactly one class applies: scores sum to 1.
    Softmax,
    /// Any number of classes apply (multi-label): scores are independent.
    Sigmoid,
}

impl Scores {
    /// The score of a group whose classes have these scores: their sum or, if they are independent of each other, the
    /// highest one. At least one class applies with at least the probability of the most probable one, and a sum could
    /// exceed 1.
    pub(super) fn of_group(self, classes: impl Iterator<Item = f32>) -> f32 {
        match self {
            Self::Softmax => (classes.map(f64::from).sum::<f64>() as f32).min(1.0),
            Self::Sigmoid => classes.fold(0.0, f32::max),
        }
    }

    /// Probabilities of `logits`, in the same order. A division by a `temperature` of 1 changes no bit of them.
    pub(super) fn of(self, logits: &[f32], temperature: f64) -> Vec<f32> {
        match self {
            Self::Softmax => softmax(logits, temperature),
            Self::Sigmoid => {
                let score = |&logit: &f32| (1.0 / (1.0 + (f64::from(-logit) / temperature).exp())) as f32;
                logits.iter().map(score).collect()
            }
        }
    }
}

/// Probabilities of `logits`, in the same order.
///
/// Computed in f64, relative to the largest logit so that nothing overflows.
fn softmax(logits: &[f32], temperature: f64) -> Vec<f32> {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let power = |&logit: &f32| (f64::from(logit - largest) / temperature).exp();
    let powers: Vec<f64> = logits.iter().map(power).collect();
    let sum: f64 = powers.iter().sum();
    powers.iter().map(|power| (power / sum) as f32).collect()
}

/// Indices of the `k` largest of `logits`, largest first; of equal ones the lower index first.
pub(super) fn top_k(logits: &[f32], k: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..logits.len()).collect();
    let k = k.min(order.len());
    let better = |&a: &usize, &b: &usize| logits[b].total_cmp(&logits[a]).then(a.cmp(&b));
    if k < order.len() {
        order.select_nth_unstable_by(k, better);
        order.truncate(k);
    }
    order.sort_unstable_by(better);
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_sum_to_one_however_large_the_logits() {
        for logits in [[1.0, 2.0, 3.0], [1e4, -1e4, 0.0], [-500.0, -500.0, -500.0]] {
            for temperature in [1.0, 0.1, 7.5] {
                let sum: f32 = softmax(&logits, temperature).iter().sum();
                assert!((sum - 1.0).abs() < 1e-6, "{logits:?} at {temperature}: {sum}");
            }
        }
    }

    #[test]
    fn a_temperature_divides_the_logits() {
        let at_half = softmax(&[1.0, 2.5, -3.0], 0.5);
        let doubled = softmax(&[2.0, 5.0, -6.0], 1.0);
        assert_eq!(at_half, doubled);
        assert!(softmax(&[1.0, 2.5, -3.0], 2.0)[1] < softmax(&[1.0, 2.5, -3.0], 1.0)[1]);
    }

    #[test]
    fn independent_scores_stay_between_0_and_1() {
        let scores = Scores::Sigmoid.of(&[0.0, 3.0, -3.0, 1e4, -1e4], 1.0);
        assert_eq!((scores[0], scores[3], scores[4]), (0.5, 1.0, 0.0));
        assert!(
            (scores[1] - 0.952_574_1).abs() < 1e-6 && (scores[1] + scores[2] - 1.0).abs() < 1e-6,
            "{scores:?}"
        );
    }

    #[test]
    fn a_group_has_the_sum_of_its_classes_or_their_maximum() {
        let of = |scores: Scores, classes: &[f32]| scores.of_group(classes.iter().copied());
        assert_eq!(of(Scores::Softmax, &[0.5, 0.25, 0.125]), 0.875);
        // What rounding adds to 1 is cut off.
        assert_eq!(of(Scores::Softmax, &[1.0, 1e-7]), 1.0);
        assert_eq!(of(Scores::Sigmoid, &[0.5, 0.9, 0.8]), 0.9);
    }

    #[test]
    fn ties_go_to_the_lower_index() {
        let probabilities = [0.1, 0.4, 0.1, 0.4];
        assert_eq!(top_k(&probabilities, 3), [1, 3, 0]);
        assert_eq!(top_k(&probabilities, 9), [1, 3, 0, 2]);
        assert_eq!(top_k(&probabilities, 0), [0; 0]);
    }
}
