//! Answers that take no part in finding a temperature, and show what it does.

use super::calibration::Calibration;
use super::softmax_curve::{NODE_OF_ONE, NODES, STEP, SoftmaxCurve, hermite, sharpness};

/// How the confidence of each answer depends on temperature. An answer takes 268 bytes, however many classes there are.
#[derive(Clone, Debug, Default)]
pub struct HeldOut {
    answers: Vec<Answer>,
}

#[derive(Clone, Debug)]
struct Answer {
    is_right: bool,
    /// At each node of the grid, the logarithm of the confidence, and its change from node to node.
    log_confidence: [(f32, f32); NODES],
}

impl HeldOut {
    /// Adds the logits of an answer, and whether its best class is the right one.
    ///
    /// # Panics
    /// If there are no logits, or if one is not finite.
    pub fn add(&mut self, logits: &[f32], is_right: bool) {
        let curve = SoftmaxCurve::new(logits);
        let at = |node: usize| {
            let slope = -curve.mean[node] * sharpness(node as f64) * STEP;
            (curve.log_confidence[node] as f32, slope as f32)
        };
        self.answers.push(Answer { is_right, log_confidence: std::array::from_fn(at) });
    }

    /// How many answers were added.
    pub fn answers(&self) -> usize {
        self.answers.len()
    }

    /// Their calibration at a temperature. A confidence is off by a few millionths at most.
    ///
    /// # Panics
    /// If `temperature` is not between 1/16 and 16.
    pub fn calibration(&self, temperature: f64) -> Calibration {
        let place = NODE_OF_ONE as f64 - temperature.log2() * f64::from(NODES as u32 / 8);
        assert!((0.0..=(NODES - 1) as f64).contains(&place), "temperature {temperature}");
        let node = (place as usize).min(NODES - 2);
        let mut calibration = Calibration::default();
        for answer in &self.answers {
            let ends = [node, node + 1].map(|node| {
                let (value, slope) = answer.log_confidence[node];
                (f64::from(value), f64::from(slope))
            });
            let confidence = hermite(ends, place - node as f64).exp().min(1.0);
            calibration.add(confidence, answer.is_right);
        }
        calibration
    }
}
