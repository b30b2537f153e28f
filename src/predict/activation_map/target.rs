//! A target as a sum over classes.

/// The joint logit of some classes, and how much each class counts in its derivative.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Weighted {
    /// `log Σ exp(logit)`; for a single class, its own logit.
    pub(super) logit: f64,
    /// Each class, with its share of the sum.
    pub(super) shares: Vec<(usize, f64)>,
}

impl Weighted {
    /// Weights `classes` by their `logits`.
    pub(super) fn new(logits: &[f32], classes: &[usize]) -> Self {
        let largest = classes.iter().map(|class| logits[*class]).fold(f32::NEG_INFINITY, f32::max);
        let power = |class: usize| f64::from(logits[class] - largest).exp();
        let sum: f64 = classes.iter().map(|class| power(*class)).sum();
        let shares = classes.iter().map(|class| (*class, power(*class) / sum)).collect();
        Self { logit: f64::from(largest) + sum.ln(), shares }
    }

    /// `Σ share · value` over the classes.
    pub(super) fn sum(&self, value: impl Fn(usize) -> f32) -> f64 {
        self.shares.iter().map(|(class, share)| share * f64::from(value(*class))).sum()
    }
}
