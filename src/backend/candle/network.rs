//! A whole network, from pixels to logits.

use candle_core::{Device, Result, Tensor};

use super::layer::Layer;
use super::pointwise::Pointwise;
use super::rounding::Rounding;
use crate::backend::error::BuildError;
use crate::backend::forward::{Extras, Output};
use crate::backend::norms::Norms;
use crate::backend::precision::Precision;
use crate::models::load::NetworkTensors;
use crate::models::spec::{Graph, Head};
use crate::nn::{Activation, Padding};

/// Layers with weights on a device.
#[derive(Debug)]
pub(in crate::backend) struct CandleNetwork {
    graph: Graph<Layer>,
    classifier: Pointwise,
    precision: Precision,
}

impl CandleNetwork {
    pub(in crate::backend) fn new(
        tensors: &NetworkTensors,
        padding: Padding,
        norms: Norms,
        precision: Precision,
        device: &Device,
    ) -> std::result::Result<Self, BuildError> {
        let graph = tensors.graph.try_map(|path, tensors| {
            let rounding = Rounding::of(precision, path, tensors.conv);
            Layer::new(tensors, padding, norms, rounding, device)
        })?;
        let classifier = Pointwise::new(precision.rounded_weights(tensors.classifier()?), Activation::Linear, device)?;
        Ok(Self { graph, classifier, precision })
    }

    /// `[N, C, H, W]` to logits `[N, K]`.
    pub(in crate::backend) fn forward(&self, pixels: &Tensor, extras: Extras) -> Result<Output> {
        let mut map = self.graph.stem.forward(pixels)?;
        for block in self.graph.blocks() {
            map = block.forward(&map, self.precision)?;
        }
        let features = match &self.graph.head {
            None => pool(&map)?,
            Some(Head { layer, after_pool: true }) => layer.forward(&pool(&map)?)?,
            Some(Head { layer, after_pool: false }) => {
                map = layer.forward(&map)?;
                pool(&map)?
            }
        };
        Ok(Output {
            logits: self.classifier.forward(&features)?.flatten_from(1)?,
            features: extras.features.then(|| features.flatten_from(1)).transpose()?,
            feature_map: extras.feature_map.then_some(map),
        })
    }
}

/// `[N, C, H, W]` to the means over positions `[N, C, 1, 1]`.
fn pool(map: &Tensor) -> Result<Tensor> {
    map.mean_keepdim((2, 3))
}
