//! A network with weights on a device.

use candle_core::{Device, Result, Tensor};
use candle_nn::{Linear, Module};

use super::layers::{ConvNormAct, LoadedBlock};
use super::naming::Place;
use super::weights::Reader;
use super::{Architecture, LoadError, RunError};
use crate::weights::WeightFile;

/// What becomes of the batch norms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Norms {
    /// Folded into weights and biases at load.
    Folded,
    /// Layers of their own, as trained: slower, and what the folded network is tested against.
    Separate,
}

/// A network, ready to run.
#[derive(Debug)]
pub struct Network {
    stem: ConvNormAct,
    blocks: Vec<LoadedBlock>,
    head: Option<ConvNormAct>,
    classifier: Linear,
}

impl Network {
    /// Reads the weights of `architecture` from `file` onto `device`.
    ///
    /// # Errors
    /// If a tensor is missing, has another shape, is not finite, or is not part of the network.
    pub fn load(
        architecture: &Architecture,
        file: &WeightFile,
        norms: Norms,
        device: &Device,
    ) -> std::result::Result<Self, LoadError> {
        let mut reader = Reader::new(file);
        let mut load =
            |layer: &_, place| ConvNormAct::load(layer, place, architecture, &mut reader, norms, device);
        let graph = &architecture.graph;
        let stem = load(&graph.stem, Place::Stem)?;
        let mut blocks = Vec::new();
        for (stage, members) in graph.stages.iter().enumerate() {
            for (index, block) in members.iter().enumerate() {
                let (ordinal, kind) = (blocks.len(), block.kind);
                blocks.push(LoadedBlock::load(block, |layer| {
                    load(layer, Place::Block { stage, index, ordinal, kind, role: layer.role })
                })?);
            }
        }
        let head = graph.head.as_ref().map(|layer| load(layer, Place::Head)).transpose()?;
        let (classes, features) = (graph.classes, graph.features);
        let name = architecture.naming.classifier;
        let weight = reader.tensor(&format!("{name}.weight"), &[classes, features])?;
        let bias = reader.tensor(&format!("{name}.bias"), &[classes])?;
        reader.finish()?;
        let classifier = Linear::new(
            Tensor::from_vec(weight, (classes, features), device)?,
            Some(Tensor::from_vec(bias, classes, device)?),
        );
        Ok(Self { stem, blocks, head, classifier })
    }

    /// Pooled features `[N, F]` of normalised `pixels` `[N, 3, R, R]`.
    ///
    /// # Errors
    /// If `pixels` has another shape or the device fails.
    pub fn features(&self, pixels: &Tensor) -> std::result::Result<Tensor, RunError> {
        Ok(self.pooled(pixels)?)
    }

    /// Logits `[N, K]` of normalised `pixels` `[N, 3, R, R]`.
    ///
    /// # Errors
    /// If `pixels` has another shape or the device fails.
    pub fn logits(&self, pixels: &Tensor) -> std::result::Result<Tensor, RunError> {
        Ok(self.classifier.forward(&self.pooled(pixels)?)?)
    }

    fn pooled(&self, pixels: &Tensor) -> Result<Tensor> {
        let mut output = self.stem.forward(pixels)?;
        for block in &self.blocks {
            output = block.forward(&output)?;
        }
        if let Some(head) = &self.head {
            output = head.forward(&output)?;
        }
        output.mean((2, 3))
    }
}
