//! A whole network, from pixels to logits.

use candle_core::{Device, Result, Tensor};

use super::epilogue::activate;
use super::layer::Layer;
use super::pointwise::Pointwise;
use super::rounding::Rounding;
use crate::backend::error::BuildError;
use crate::backend::forward::{Extras, Output};
use crate::backend::norms::Norms;
use crate::models::load::NetworkTensors;
use crate::models::spec::{Graph, Head, LayerPath};
use crate::nn::{Activation, Padding};
use crate::record::Precision;

/// Layers with weights on a device.
#[derive(Debug)]
pub(in crate::backend) struct CandleNetwork {
    /// A head after the pooling is stored without its activation.
    graph: Graph<Layer>,
    /// The activation of that head.
    head_activation: Activation,
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
            match path {
                LayerPath::Head { after_pool: true } => {
                    Layer::affine(tensors, padding, norms, rounding, device)
                }
                _ => Layer::new(tensors, padding, norms, rounding, device),
            }
        })?;
        let head = tensors.graph.head.as_ref();
        let head_activation = head.map_or(Activation::Linear, |head| head.layer.conv.activation);
        let weights = precision.rounded_weights(tensors.classifier()?);
        let classifier = Pointwise::new(weights, Activation::Linear, device)?;
        Ok(Self { graph, head_activation, classifier, precision })
    }

    /// `[N, C, H, W]` to logits `[N, K]`.
    pub(in crate::backend) fn forward(&self, pixels: &Tensor, extras: Extras) -> Result<Output> {
        let mut map = self.graph.stem.forward(pixels)?;
        for block in self.graph.blocks() {
            map = block.forward(&map, self.precision)?;
        }
        let features = match &self.graph.head {
            None => pool(&map)?,
            Some(Head { layer, after_pool: true }) => {
                activate(&layer.forward(&pool(&map)?)?, self.head_activation)?
            }
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

    /// Applies the head that follows the pooling at every position of `map` `[N, C, H, W]`.
    /// Returns its output before the activation, and the activation; `None` if the network has no such head.
    pub(in crate::backend) fn head(&self, map: &Tensor) -> Result<Option<(Tensor, Activation)>> {
        match &self.graph.head {
            Some(Head { layer, after_pool: true }) => Ok(Some((layer.forward(map)?, self.head_activation))),
            _ => Ok(None),
        }
    }

    /// Applies the classifier at every position of `map` `[N, F, H, W]`, which gives `[N, K, H, W]`.
    pub(in crate::backend) fn classifier(&self, map: &Tensor) -> Result<Tensor> {
        self.classifier.forward(map)
    }
}

/// `[N, C, H, W]` to the means over positions `[N, C, 1, 1]`.
fn pool(map: &Tensor) -> Result<Tensor> {
    map.mean_keepdim((2, 3))
}
