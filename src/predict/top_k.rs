//! Logits to probabilities to the best classes.

/// Probabilities of `logits`, in the same order.
///
/// Computed in f64 from the largest logit down, so that none overflows.
pub(super) fn softmax(logits: &[f32]) -> Vec<f32> {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f64> = logits.iter().map(|&logit| f64::from(logit - largest).exp()).collect();
    let sum: f64 = powers.iter().sum();
    powers.iter().map(|power| (power / sum) as f32).collect()
}

/// Indices of the `k` largest of `probabilities`, largest first; of equal ones the lower index first.
pub(super) fn top_k(probabilities: &[f32], k: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..probabilities.len()).collect();
    let k = k.min(order.len());
    let better = |&a: &usize, &b: &usize| probabilities[b].total_cmp(&probabilities[a]).then(a.cmp(&b));
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
            let sum: f32 = softmax(&logits).iter().sum();
            assert!((sum - 1.0).abs() < 1e-6, "{logits:?}: {sum}");
        }
    }

    #[test]
    fn ties_go_to_the_lower_index() {
        let probabilities = [0.1, 0.4, 0.1, 0.4];
        assert_eq!(top_k(&probabilities, 3), [1, 3, 0]);
        assert_eq!(top_k(&probabilities, 9), [1, 3, 0, 2]);
        assert_eq!(top_k(&probabilities, 0), [0; 0]);
    }
}
