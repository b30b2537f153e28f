//! Layers and blocks with weights: forward passes over `[N, C, H, W]`.

use candle_core::{Device, Result, Tensor};
use candle_nn::ModuleT;

use super::Architecture;
use super::graph::{Block, Kind, Layer};
use super::naming::Place;
use super::network::Norms;
use super::weights::{BatchNorm, LoadError, Reader};
use crate::ops::conv::Conv;
use crate::ops::depthwise::Depthwise;
use crate::ops::pointwise::Pointwise;
use crate::ops::{Activation, Convolution, Filter};

/// A convolution, its batch norm and its activation.
#[derive(Debug)]
pub(super) struct ConvNormAct {
    convolution: Convolution,
    /// Present where the norm was not folded into the convolution; the activation then follows it.
    norm: Option<(candle_nn::BatchNorm, Activation)>,
}

impl ConvNormAct {
    pub(super) fn load(
        layer: &Layer,
        place: Place,
        architecture: &Architecture,
        reader: &mut Reader,
        norms: Norms,
        device: &Device,
    ) -> std::result::Result<Self, LoadError> {
        let names = (architecture.naming.convolution)(place);
        let shape = layer.weight_shape();
        let mut weight = reader.tensor(&names.weight, &shape)?;
        let norm = reader.batch_norm(&names, layer.out_channels, architecture.epsilon)?;
        let (bias, norm, activation) = match norms {
            Norms::Folded => (Some(norm.fold(&mut weight)), None, layer.activation),
            Norms::Separate => {
                let norm = separate(&norm, layer.out_channels, device)?;
                (None, Some((norm, layer.activation)), Activation::Linear)
            }
        };
        let filter = Filter { weight, shape, bias };
        let (stride, padding) = (layer.stride, architecture.padding);
        let convolution = match layer.kind {
            Kind::Full => Convolution::Full(Conv::new(filter, stride, padding, activation, device)?),
            Kind::Depthwise => {
                Convolution::Depthwise(Depthwise::new(filter, stride, padding, activation, device)?)
            }
            Kind::Pointwise => Convolution::Pointwise(Pointwise::new(filter, activation, device)?),
        };
        Ok(Self { convolution, norm })
    }

    pub(super) fn forward(&self, input: &Tensor) -> Result<Tensor> {
        let output = self.convolution.forward(input)?;
        let Some((norm, activation)) = &self.norm else {
            return Ok(output);
        };
        let output = norm.forward_t(&output, false)?;
        match activation {
            Activation::Linear => Ok(output),
            Activation::Relu => output.relu(),
            Activation::Relu6 => output.clamp(0f32, 6f32),
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

/// A block with weights: its layers in a row, and the shortcut around them.
#[derive(Debug)]
pub(super) struct LoadedBlock {
    layers: Vec<ConvNormAct>,
    shortcut: bool,
}

impl LoadedBlock {
    /// `load` reads one layer of the block.
    pub(super) fn load(
        block: &Block,
        load: impl FnMut(&Layer) -> std::result::Result<ConvNormAct, LoadError>,
    ) -> std::result::Result<Self, LoadError> {
        let layers = block.layers.iter().map(load).collect::<std::result::Result<_, _>>()?;
        Ok(Self { layers, shortcut: block.shortcut })
    }

    pub(super) fn forward(&self, input: &Tensor) -> Result<Tensor> {
        let mut output = input.clone();
        for layer in &self.layers {
            output = layer.forward(&output)?;
        }
        if self.shortcut { input + output } else { Ok(output) }
    }
}
