//! One layer: a convolution, its batch norm if that is not folded, its activation, and anti-aliased downsampling.

use candle_core::{Device, Result, Tensor};
use candle_nn::ModuleT;

use super::conv2d::Conv2d;
use super::convolution::Convolution;
use super::depthwise::Depthwise;
use super::epilogue::activate;
use super::pointwise::Pointwise;
use super::rounding::Rounding;
use crate::backend::conv::{ConvParams, window};
use crate::backend::error::BuildError;
use crate::backend::norms::Norms;
use crate::models::load::{BatchNorm, LayerTensors, LoadedConv};
use crate::models::spec::{Conv, ConvKind};
use crate::nn::{Activation, Padding};

/// A layer, ready to run.
#[derive(Debug)]
pub(super) struct Layer {
    convolution: Convolution,
    /// A norm that is not folded into the convolution, and the activation that then follows it.
    norm: Option<(candle_nn::BatchNorm, Activation)>,
    antialias: Option<Depthwise>,
    rounding: Rounding,
}

impl Layer {
    /// Reads the weights and puts them on the device.
    pub(super) fn new(
        tensors: &LayerTensors,
        padding: Padding,
        norms: Norms,
        rounding: Rounding,
        device: &Device,
    ) -> std::result::Result<Self, BuildError> {
        Ok(Self::from_loaded(tensors.conv, tensors.read()?, padding, norms, rounding, device)?)
    }

    /// Like [`new`](Self::new), but without the activation.
    pub(super) fn affine(
        tensors: &LayerTensors,
        padding: Padding,
        norms: Norms,
        rounding: Rounding,
        device: &Device,
    ) -> std::result::Result<Self, BuildError> {
        let conv = Conv { activation: Activation::Linear, ..tensors.conv.clone() };
        Ok(Self::from_loaded(&conv, tensors.read()?, padding, norms, rounding, device)?)
    }

    fn from_loaded(
        conv: &Conv,
        loaded: LoadedConv,
        padding: Padding,
        norms: Norms,
        rounding: Rounding,
        device: &Device,
    ) -> Result<Self> {
        let (weights, norm, activation) = match loaded {
            LoadedConv { weights, norm: Some(norm) } if norms == Norms::Separate => {
                let norm = separate(&norm, conv.out_channels, device)?;
                (weights, Some((norm, conv.activation)), Activation::Linear)
            }
            loaded => (loaded.fold(), None, conv.activation),
        };
        let weights = rounding.weights.rounded_weights(weights);
        let params = ConvParams { stride: conv.conv_stride(), padding, activation };
        let convolution = match conv.kind {
            ConvKind::Dense => Convolution::Dense(Conv2d::new(weights, conv.groups, params, device)?),
            ConvKind::Depthwise | ConvKind::Norm => {
                Convolution::Depthwise(Depthwise::new(weights, params, device)?)
            }
            ConvKind::Pointwise => Convolution::Pointwise(Pointwise::new(weights, activation, device)?),
        };
        let antialias = conv.antialias.map(|antialias| {
            let (weights, params) = window(antialias, conv.out_channels, conv.stride);
            Depthwise::new(weights, params, device)
        });
        Ok(Self { convolution, norm, antialias: antialias.transpose()?, rounding })
    }

    /// `[N, C, H, W]` to `[N, C', H', W']`.
    pub(super) fn forward(&self, input: &Tensor) -> Result<Tensor> {
        let mut output = self.convolution.forward(input)?;
        if let Some((norm, activation)) = &self.norm {
            output = activate(&norm.forward_t(&output, false)?, *activation)?;
        }
        output = self.rounding.output.rounded(output)?;
        match &self.antialias {
            None => Ok(output),
            Some(antialias) => self.rounding.output.rounded(antialias.forward(&output)?),
        }
    }
}

fn separate(norm: &BatchNorm, channels: usize, device: &Device) -> Result<candle_nn::BatchNorm> {
    let vector = |values: &[f32]| Tensor::from_slice(values, channels, device);
    candle_nn::BatchNorm::new(
        channels,
        vector(&norm.mean)?,
        vector(&norm.variance)?,
        vector(&norm.gamma)?,
        vector(&norm.beta)?,
        norm.epsilon,
    )
}
