//! The weights of a convolution in memory, and the batch norm that is folded into them.

use std::borrow::Cow;

/// The weights of one convolution, on the host.
#[derive(Clone, Debug, PartialEq)]
pub struct ConvWeights<'a> {
    /// `[out, in / groups, k, k]`, row-major, as the file has them.
    pub weight: Cow<'a, [f32]>,
    /// A factor for the weights of each output channel, `[out]`: a folded batch norm. Not applied to `weight` yet.
    pub scale: Vec<f64>,
    /// The shape of `weight`.
    pub shape: [usize; 4],
    /// `[out]`
    pub bias: Vec<f32>,
}

/// A convolution as it was trained, with the batch norm that follows it.
#[derive(Clone, Debug)]
pub struct LoadedConv<'a> {
    /// Weights and bias.
    pub weights: ConvWeights<'a>,
    /// The batch norm, if the layer has one.
    pub norm: Option<BatchNorm>,
}

/// `gamma · (x - mean) / sqrt(variance + epsilon) + beta`, per channel.
#[derive(Clone, Debug)]
pub struct BatchNorm {
    /// Factors, `[out]`.
    pub gamma: Vec<f32>,
    /// Offsets, `[out]`.
    pub beta: Vec<f32>,
    /// Running means, `[out]`.
    pub mean: Vec<f32>,
    /// Running variances, `[out]`; positive with `epsilon` added.
    pub variance: Vec<f32>,
    /// Added to variances.
    pub epsilon: f64,
}

impl<'a> LoadedConv<'a> {
    /// The weights with the norm folded into scale and bias.
    pub fn fold(self) -> ConvWeights<'a> {
        let Self { mut weights, norm } = self;
        if let Some(norm) = norm {
            (weights.scale, weights.bias) = norm.fold();
        }
        weights
    }
}

impl BatchNorm {
    /// The scale of the weights and the bias of each channel that replace the norm.
    fn fold(&self) -> (Vec<f64>, Vec<f32>) {
        let channel = |channel: usize| {
            let variance = f64::from(self.variance[channel]) + self.epsilon;
            let scale = f64::from(self.gamma[channel]) / variance.sqrt();
            (scale, (f64::from(self.beta[channel]) - f64::from(self.mean[channel]) * scale) as f32)
        };
        (0..self.gamma.len()).map(channel).unzip()
    }
}
