//! How the softmax of one answer's logits changes with temperature, on a fixed grid.
//!
//! With the distances `d = largest logit - logit` and the sharpness `b = 1 / temperature`, probabilities are `exp(-b d) / S(b)` with
//! `S(b) = sum of exp(-b d)`. So the confidence is `1 / S(b)`, and the loss of a label at distance `d` is `ln S(b) + b d`.

/// Nodes of the grid.
pub(super) const NODES: usize = 33;
/// Nodes for each doubling of the sharpness.
const PER_OCTAVE: usize = 4;
/// The node of temperature 1.
pub(super) const NODE_OF_ONE: usize = NODES / 2;

/// The distance between two nodes, as a difference of the logarithms of sharpness.
pub(super) const STEP: f64 = std::f64::consts::LN_2 / PER_OCTAVE as f64;

/// The largest temperature of the grid; the smallest is its reciprocal.
pub(super) const LARGEST_TEMPERATURE: f64 = (1_u32 << (NODE_OF_ONE / PER_OCTAVE)) as f64;

/// The sharpness at a node, or between two.
pub(super) fn sharpness(node: f64) -> f64 {
    ((node - NODE_OF_ONE as f64) / PER_OCTAVE as f64).exp2()
}

/// At each node, what is needed of one answer.
pub(super) struct SoftmaxCurve {
    /// The logarithm of the confidence.
    pub(super) log_confidence: [f64; NODES],
    /// The mean of the distances under the probabilities, which is minus the derivative of the above by sharpness.
    pub(super) mean: [f64; NODES],
    /// Their variance, which is minus the derivative of the mean.
    pub(super) variance: [f64; NODES],
}

impl SoftmaxCurve {
    /// # Panics
    /// If there are no `logits`, or if one is not finite.
    pub(super) fn new(logits: &[f32]) -> Self {
        assert!(!logits.is_empty() && logits.iter().all(|logit| logit.is_finite()), "finite logits");
        let largest = largest(logits);
        let mut moments = [[0.0; 3]; NODES];
        for &logit in logits {
            let distance = largest - f64::from(logit);
            let mut powers = [0.0; NODES];
            for node in 0..NODES {
                // An octave higher the sharpness is twice as large, and the power is squared.
                powers[node] = match node.checked_sub(PER_OCTAVE) {
                    Some(lower) => powers[lower] * powers[lower],
                    None => (-sharpness(node as f64) * distance).exp(),
                };
                let [sum, first, second] = &mut moments[node];
                *sum += powers[node];
                *first += distance * powers[node];
                *second += distance * distance * powers[node];
            }
        }
        let mean = moments.map(|[sum, first, _]| first / sum);
        let variance = moments.map(|[sum, first, second]| (second / sum - (first / sum).powi(2)).max(0.0));
        Self { log_confidence: moments.map(|[sum, ..]| -sum.ln()), mean, variance }
    }
}

/// The largest of `logits`.
pub(super) fn largest(logits: &[f32]) -> f64 {
    f64::from(logits.iter().copied().fold(f32::NEG_INFINITY, f32::max))
}

/// The cubic with the values and slopes of its `ends`, at `t` from 0 to 1.
///
/// Between nodes of the grid it is off by at most `STEP⁴ / 384`, 2.4e-6, of the fourth derivative by the logarithm of sharpness.
pub(super) fn hermite(ends: [(f64, f64); 2], t: f64) -> f64 {
    let [(start, slope_at_start), (end, slope_at_end)] = ends;
    let (square, rest) = (t * t, 1.0 - t);
    let of_values = start * rest * rest * (1.0 + 2.0 * t) + end * square * (3.0 - 2.0 * t);
    of_values + rest * t * (slope_at_start * rest - slope_at_end * t)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grid_spans_two_times_four_octaves_around_one() {
        assert_eq!((sharpness(NODE_OF_ONE as f64), sharpness(0.0)), (1.0, 1.0 / LARGEST_TEMPERATURE));
        assert_eq!((sharpness((NODES - 1) as f64), LARGEST_TEMPERATURE), (16.0, 16.0));
        assert!((sharpness(1.0) / sharpness(0.0) - STEP.exp()).abs() < 1e-15);
    }

    #[test]
    fn a_cubic_is_interpolated_exactly() {
        let (cubic, slope) = (|t: f64| t.powi(3) - 2.0 * t * t + 5.0, |t: f64| 3.0 * t * t - 4.0 * t);
        for t in [0.0, 0.3, 0.5, 1.0] {
            let found = hermite([(cubic(0.0), slope(0.0)), (cubic(1.0), slope(1.0))], t);
            assert!((found - cubic(t)).abs() < 1e-14, "{t}: {found}");
        }
    }

    #[test]
    fn every_node_is_the_softmax_at_its_temperature() {
        let logits = [3.0, -1.5, 2.75, 300.0, 299.0];
        let curve = SoftmaxCurve::new(&logits);
        for node in 0..NODES {
            let powers = logits.map(|logit| ((f64::from(logit) - 300.0) * sharpness(node as f64)).exp());
            let confidence = powers[3] / powers.iter().sum::<f64>();
            assert!((curve.log_confidence[node] - confidence.ln()).abs() < 1e-12, "{node}");
        }
        let two = SoftmaxCurve::new(&[0.0, 0.0]);
        assert_eq!((two.log_confidence[7], two.mean[7], two.variance[7]), (-2.0_f64.ln(), 0.0, 0.0));
    }
}
