//! One layer: a convolution, its batch norm if that was not folded, its activation, and what makes its map smaller.

use candle_core::{Device, Result, Tensor};
use candle_nn::ModuleT;

use super::convolution::{Conv, Convolution, Depthwise, Pointwise, activate};
use crate::backend::conv::{ConvParams, window};
use crate::backend::network::Norms;
use crate::models::LoadError;
use crate::models::load::{BatchNorm, LayerTensors, Trained};
use crate::models::spec::{Kind, Layer};
use crate::nn::{Activation, Padding};

/// A layer, ready to run.
#[derive(Debug)]
pub(super) struct Step {
    convolution: Convolution,
    /// Present where the norm was not folded into the convolution; the activation then follows it.
    norm: Option<(candle_nn::BatchNorm, Activation)>,
    antialias: Option<Depthwise>,
}

/// Hands out layers in the order of the graph.
pub(super) struct Loader<'a, 'b> {
    pub tensors: std::slice::Iter<'a, LayerTensors<'b>>,
    pub padding: Padding,
    pub norms: Norms,
    pub device: &'a Device,
}

impl Loader<'_, '_> {
    /// The next one, which is `layer`.
    pub(super) fn load(&mut self, layer: &Layer) -> std::result::Result<Step, LoadError> {
        let Some(tensors) = self.tensors.next() else { unreachable!("parts has tensors for each layer") };
        Ok(self.step(layer, tensors.read()?)?)
    }

    fn step(&self, layer: &Layer, trained: Trained) -> Result<Step> {
        let device = self.device;
        let (filter, norm, activation) = match (self.norms, trained.norm.is_some()) {
            (Norms::Separate, true) => {
                let Trained { filter, norm } = trained;
                let norm = norm.map(|norm| separate(&norm, layer.out_channels, device)).transpose()?;
                (filter, norm.map(|norm| (norm, layer.activation)), Activation::Linear)
            }
            _ => (trained.fold(), None, layer.activation),
        };
        let setting = ConvParams { stride: layer.conv_stride(), padding: self.padding, activation };
        let convolution = match layer.kind {
            Kind::Full => Convolution::Full(Conv::new(filter, layer.groups, setting, device)?),
            Kind::Depthwise | Kind::Norm => Convolution::Depthwise(Depthwise::new(filter, setting, device)?),
            Kind::Pointwise => Convolution::Pointwise(Pointwise::new(filter, activation, device)?),
        };
        let antialias = layer.antialias.map(|antialias| {
            let (filter, setting) = window(antialias, layer.out_channels, layer.stride);
            Depthwise::new(filter, setting, device)
        });
        Ok(Step { convolution, norm, antialias: antialias.transpose()? })
    }
}

impl Step {
    pub(super) fn forward(&self, input: &Tensor) -> Result<Tensor> {
        let mut output = self.convolution.forward(input)?;
        if let Some((norm, activation)) = &self.norm {
            output = activate(&norm.forward_t(&output, false)?, *activation)?;
        }
        match &self.antialias {
            None => Ok(output),
            Some(antialias) => antialias.forward(&output),
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
