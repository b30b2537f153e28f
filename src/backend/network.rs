//! A network with weights on a device.

use candle_core::{Device, Tensor};
use candle_nn::Module;
use thiserror::Error;

use super::{candle, cpu};
use crate::models::load::NetworkTensors;
use crate::models::{Architecture, LoadError};
use crate::weights::WeightFile;

/// What becomes of the batch norms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Norms {
    /// Folded into weights and biases at load.
    Folded,
    /// Layers of candle's own, as trained: slower, and the reference for the folded network.
    Separate,
}

/// A network, ready to run.
///
/// It is a candle [`Module`] from pixels `[N, 3, H, W]` to logits `[N, K]`.
#[derive(Debug)]
pub struct Network {
    backend: Backend,
}

/// One variant a backend.
#[derive(Debug)]
enum Backend {
    Cpu(cpu::CpuNetwork),
    Candle(candle::CandleNetwork),
}

/// What [`Network::forward`] returns besides logits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extras {
    /// The inputs of the classifier.
    pub features: bool,
    /// The feature map before the pooling.
    pub feature_map: bool,
}

/// The result of a forward pass.
#[derive(Clone, Debug)]
pub struct Output {
    /// `[N, K]`
    pub logits: Tensor,
    /// Inputs of the classifier, `[N, F]`, if [`Extras::features`] asked for them.
    pub features: Option<Tensor>,
    /// The feature map before the pooling, `[N, C, H', W']`, if [`Extras::feature_map`] asked for it. In V3 and V4 a
    /// layer stands between the pooling and the classifier: the means of the map are then not the features.
    pub feature_map: Option<Tensor>,
}

impl Network {
    /// Reads the weights of `architecture` from `file`, for the fastest backend on `device`: our kernels on a CPU, candle's
    /// operations elsewhere.
    ///
    /// # Errors
    /// If a tensor is missing, has another shape, is not finite, or is not part of the network, or if the device cannot
    /// hold the weights.
    pub fn load(architecture: &Architecture, file: &WeightFile, device: &Device) -> Result<Self, BuildError> {
        if !device.is_cpu() {
            return Self::load_candle(architecture, file, Norms::Folded, device);
        }
        let tensors = NetworkTensors::find(architecture, file)?;
        let network = cpu::CpuNetwork::new(&tensors, architecture.padding)?;
        Ok(Self { backend: Backend::Cpu(network) })
    }

    /// As [`load`](Self::load), for the candle backend on any device: the reference of the others.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn load_candle(
        architecture: &Architecture,
        file: &WeightFile,
        norms: Norms,
        device: &Device,
    ) -> Result<Self, BuildError> {
        let tensors = NetworkTensors::find(architecture, file)?;
        let network = candle::CandleNetwork::new(&tensors, architecture.padding, norms, device)?;
        Ok(Self { backend: Backend::Candle(network) })
    }

    /// Runs normalised `pixels` `[N, 3, H, W]` through the network.
    ///
    /// # Errors
    /// If `pixels` has another shape or the device fails.
    pub fn forward(&self, pixels: &Tensor, extras: Extras) -> Result<Output, RunError> {
        Ok(match &self.backend {
            Backend::Cpu(network) => network.forward(pixels, extras)?,
            Backend::Candle(network) => network.forward(pixels, extras)?,
        })
    }

    /// The time of every layer for one normalised picture `[3, h, w]` on one thread; `None` if the network does not run
    /// on our kernels.
    ///
    /// # Panics
    /// If `picture` has another length.
    pub fn profile(&self, picture: &[f32], sides: (usize, usize)) -> Option<cpu::LayerTimes> {
        match &self.backend {
            Backend::Cpu(network) => Some(network.profile(picture, sides)),
            Backend::Candle(_) => None,
        }
    }
}

impl Module for Network {
    fn forward(&self, pixels: &Tensor) -> candle_core::Result<Tensor> {
        let output = Self::forward(self, pixels, Extras::default());
        Ok(output.map_err(|RunError(error)| error)?.logits)
    }
}

/// A network that could not be built.
#[derive(Debug, Error)]
pub enum BuildError {
    /// The weights are not the network's.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The device cannot hold the weights.
    #[error("the device does not take the weights: {0}")]
    Device(#[from] candle_core::Error),
}

impl BuildError {
    /// The next thing to do, if there is one.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Load(error) => error.hint(),
            Self::Device(_) => None,
        }
    }
}

/// A forward pass that failed.
#[derive(Debug, Error)]
#[error("the network did not run: {0}")]
pub struct RunError(#[from] candle_core::Error);
