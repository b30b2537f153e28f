//! A network with weights on a device.

use candle_core::{Device, Result, Tensor};

use super::layers::{ConvNormAct, LoadedBlock, Loading, Norms};
use super::naming::Place;
use super::weights::Reader;
use super::{Architecture, LoadError, RunError};
use crate::ops::pointwise::Pointwise;
use crate::ops::{Activation, Backend, Filter, Setting, pool};
use crate::weights::WeightFile;

/// A network, ready to run.
#[derive(Debug)]
pub struct Network {
    stem: ConvNormAct,
    blocks: Vec<LoadedBlock>,
    head: Option<ConvNormAct>,
    /// A 1 x 1 convolution of one position.
    classifier: Pointwise,
    backend: Backend,
}

impl Network {
    /// Reads the weights of `architecture` from `file` onto `device`, to run as fast as it can.
    ///
    /// # Errors
    /// If a tensor is missing, has another shape, is not finite, or is not part of the network.
    pub fn load(
        architecture: &Architecture,
        file: &WeightFile,
        device: &Device,
    ) -> std::result::Result<Self, LoadError> {
        Self::load_with(architecture, file, Norms::Folded, Backend::of(device), device)
    }

    /// [`load`](Self::load) with a choice: candle's operations take the batch norms either way, ours only folded.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    ///
    /// # Panics
    /// If the kernels are asked to run with separate norms, or off the CPU.
    pub fn load_with(
        architecture: &Architecture,
        file: &WeightFile,
        norms: Norms,
        backend: Backend,
        device: &Device,
    ) -> std::result::Result<Self, LoadError> {
        let kernels = backend == Backend::Kernels;
        assert!(
            !kernels || norms == Norms::Folded && device.is_cpu(),
            "kernels fold norms and run on the CPU"
        );
        let mut reader = Reader::new(file);
        let loading = Loading { architecture, norms, backend, device };
        let mut load = |layer: &_, place| ConvNormAct::load(layer, place, &mut reader, loading);
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
        let filter = Filter { weight, shape: [classes, features, 1, 1], bias };
        let (stride, padding, activation) = (1, architecture.padding, Activation::Linear);
        let setting = Setting { stride, padding, activation, backend, device };
        let classifier = Pointwise::new(filter, &setting)?;
        Ok(Self { stem, blocks, head, classifier, backend })
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
        let features = self.pooled(pixels)?;
        let (n, channels) = features.dims2()?;
        let shape = match self.backend {
            Backend::Kernels => (n, 1, 1, channels),
            Backend::Candle => (n, channels, 1, 1),
        };
        Ok(self.classifier.forward(&features.reshape(shape)?, None)?.flatten_from(1)?)
    }

    fn pooled(&self, pixels: &Tensor) -> Result<Tensor> {
        let mut output = self.stem.forward(pixels, None)?;
        for block in &self.blocks {
            output = block.forward(&output)?;
        }
        if let Some(head) = &self.head {
            output = head.forward(&output, None)?;
        }
        pool::mean(&output, self.backend)
    }
}
