//! A convolution as both backends take it.

use crate::kernels::{Weights, scaled};
use crate::models::load::ConvWeights;
use crate::models::spec::AntiAlias;
use crate::nn::{Activation, Padding};

/// Everything about a convolution but its weights.
#[derive(Clone, Copy, Debug)]
pub struct ConvParams {
    /// Input positions from one output to the next.
    pub stride: usize,
    /// Zeros around the input.
    pub padding: Padding,
    /// What follows the bias.
    pub activation: Activation,
}

impl ConvWeights<'_> {
    /// What the kernels take.
    pub fn weights(&self) -> Weights<'_> {
        Weights { values: &self.weight, scale: &self.scale, bias: &self.bias }
    }

    /// The weights multiplied by their scale.
    pub fn scaled(&self) -> Vec<f32> {
        let channels = self.weight.chunks_exact(self.weight.len() / self.scale.len().max(1));
        channels
            .zip(&self.scale)
            .flat_map(|(channel, scale)| channel.iter().map(|w| scaled(*w, *scale)))
            .collect()
    }
}

/// Anti-aliased downsampling as a depthwise convolution.
pub(super) fn window(
    antialias: AntiAlias,
    channels: usize,
    stride: usize,
) -> (ConvWeights<'static>, ConvParams) {
    let (taps, padding) = antialias.window();
    let weights = ConvWeights {
        weight: antialias.filter().repeat(channels).into(),
        scale: vec![1.0; channels],
        shape: [channels, 1, taps, taps],
        bias: vec![0.0; channels],
    };
    (weights, ConvParams { stride, padding, activation: Activation::Linear })
}
