//! Temperature scaling: one number by which all logits are divided before the softmax, so that confidences become frequencies
//! (Guo et al. 2017, arXiv:1706.04599, section 4.2). It changes no order, so no best class.

use thiserror::Error;

use super::softmax_curve::{LARGEST_TEMPERATURE, NODES, STEP, SoftmaxCurve, hermite, largest, sharpness};

/// Halvings of the interval in which the temperature lies: to the last bit.
const HALVINGS: usize = 60;

/// Finds the temperature that minimises the negative log-likelihood of labels. Its memory does not grow with their number: it
/// keeps the slope of the sum at fixed sharpnesses, `1 / temperature`, which grows with sharpness, so that it is zero at one place.
#[derive(Clone, Debug, PartialEq)]
pub struct TemperatureFit {
    answers: u64,
    /// The derivative of the loss by sharpness.
    slope: [f64; NODES],
    /// The derivative of the slope.
    curvature: [f64; NODES],
}

/// Why no temperature is the best.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum NoTemperature {
    /// Nothing was added.
    #[error("no labelled answers")]
    NoAnswers,
    /// The lower the temperature, the better.
    #[error("the lower the temperature, the better: all of the {0} answers are right, or nearly all")]
    Zero(u64),
    /// The higher the temperature, the better.
    #[error(
        "the higher the temperature, the better: the scores of the {0} answers say nothing about their classes"
    )]
    Infinite(u64),
}

impl Default for TemperatureFit {
    fn default() -> Self {
        Self { answers: 0, slope: [0.0; NODES], curvature: [0.0; NODES] }
    }
}

impl TemperatureFit {
    /// Temperatures are found from `1 / LARGEST` to this.
    pub const LARGEST: f64 = LARGEST_TEMPERATURE;

    /// Adds the logits of an answer and the index of the right class.
    ///
    /// # Panics
    /// If a logit is not finite, or if `label` is not the index of one.
    pub fn add(&mut self, logits: &[f32], label: usize) {
        let curve = SoftmaxCurve::new(logits);
        let distance = largest(logits) - f64::from(logits[label]);
        self.answers += 1;
        for node in 0..NODES {
            self.slope[node] += distance - curve.mean[node];
            self.curvature[node] += curve.variance[node];
        }
    }

    /// How many answers were added.
    pub fn answers(&self) -> u64 {
        self.answers
    }

    /// The temperature under which the labels are the likeliest, to 2e-5 of itself.
    ///
    /// # Errors
    /// If it is not between 1/16 and 16.
    pub fn temperature(&self) -> Result<f64, NoTemperature> {
        if self.answers == 0 {
            return Err(NoTemperature::NoAnswers);
        }
        if self.slope[0] >= 0.0 {
            return Err(NoTemperature::Infinite(self.answers));
        }
        // Where all answers are right, the slope is below zero everywhere, or zero where it is too small for a number.
        let Some(end) = self.slope.iter().position(|slope| *slope > 0.0) else {
            return Err(NoTemperature::Zero(self.answers));
        };
        let ends = [end - 1, end]
            .map(|node| (self.slope[node], self.curvature[node] * sharpness(node as f64) * STEP));
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..HALVINGS {
            let middle = f64::midpoint(low, high);
            if hermite(ends, middle) > 0.0 { high = middle } else { low = middle }
        }
        Ok(1.0 / sharpness((end - 1) as f64 + low))
    }
}
