//! Layers and blocks with weights: forward passes over feature maps.

use candle_core::{Device, Result, Tensor};
use candle_nn::ModuleT;

use super::Architecture;
use super::graph::{Block, Kind, Layer};
use super::naming::Place;
use super::weights::{BatchNorm, LoadError, Reader};
use crate::ops::conv::Conv;
use crate::ops::depthwise::Depthwise;
use crate::ops::pointwise::Pointwise;
use crate::ops::{Activation, Backend, Convolution, Filter, Setting, activate};

/// What becomes of the batch norms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Norms {
    /// Folded into weights and biases at load.
    Folded,
    /// Layers of candle's own, as trained: slower, and what the folded network is tested against.
    Separate,
}

/// How layers are loaded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Loading<'a> {
    pub architecture: &'a Architecture,
    pub norms: Norms,
    pub backend: Backend,
    pub device: &'a Device,
}

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
        reader: &mut Reader,
        loading: Loading,
    ) -> std::result::Result<Self, LoadError> {
        let Loading { architecture, norms, backend, device } = loading;
        let names = (architecture.naming.convolution)(place);
        let shape = layer.weight_shape();
        let mut weight = reader.tensor(&names.weight, &shape)?;
        let norm = reader.batch_norm(&names, layer.out_channels, architecture.epsilon)?;
        let (bias, norm, activation) = match norms {
            Norms::Folded => (norm.fold(&mut weight), None, layer.activation),
            Norms::Separate => {
                let norm = separate(&norm, layer.out_channels, device)?;
                (vec![0.0; layer.out_channels], Some((norm, layer.activation)), Activation::Linear)
            }
        };
        let filter = Filter { weight, shape, bias };
        let (stride, padding) = (layer.stride, architecture.padding);
        let setting = Setting { stride, padding, activation, backend, device };
        let convolution = match layer.kind {
            Kind::Full => Convolution::Full(Conv::new(filter, &setting)?),
            Kind::Depthwise => Convolution::Depthwise(Depthwise::new(filter, &setting)?),
            Kind::Pointwise => Convolution::Pointwise(Pointwise::new(filter, &setting)?),
        };
        Ok(Self { convolution, norm })
    }

    /// A feature map to a feature map, with `shortcut` added to the result.
    pub(super) fn forward(&self, input: &Tensor, shortcut: Option<&Tensor>) -> Result<Tensor> {
        match (&self.norm, shortcut) {
            (None, None) => self.convolution.forward(input),
            (None, Some(shortcut)) => self.convolution.forward_with_shortcut(input, shortcut),
            (Some((norm, activation)), shortcut) => {
                let output = norm.forward_t(&self.convolution.forward(input)?, false)?;
                let output = activate(&output, *activation)?;
                shortcut.map_or(Ok(output.clone()), |shortcut| output + shortcut)
            }
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
        let last = self.layers.len() - 1;
        for (index, layer) in self.layers.iter().enumerate() {
            let shortcut = (self.shortcut && index == last).then_some(input);
            output = layer.forward(&output, shortcut)?;
        }
        Ok(output)
    }
}
