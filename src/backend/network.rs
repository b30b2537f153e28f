//! A network with weights on a device.

use candle_core::{Device, Tensor};
use candle_nn::Module;

use super::error::{BuildError, RunError};
use super::forward::{Extras, Output};
use super::norms::Norms;
use super::{candle, cpu};
use crate::models::Architecture;
use crate::models::load::NetworkTensors;
use crate::nn::Activation;
use crate::weights::WeightFile;

/// A network, ready to run.
///
/// It is a candle [`Module`] from pixels `[N, C, H, W]`, C the input channels of its graph, to logits `[N, K]`.
#[derive(Debug)]
pub struct Network {
    backend: Backend,
}

/// One variant per backend.
#[derive(Debug)]
enum Backend {
    Cpu(cpu::CpuNetwork),
    Candle(candle::CandleNetwork),
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

    /// Runs normalised `pixels` `[N, C, H, W]` through the network.
    ///
    /// # Errors
    /// If `pixels` has another shape or the device fails.
    pub fn forward(&self, pixels: &Tensor, extras: Extras) -> Result<Output, RunError> {
        Ok(match &self.backend {
            Backend::Cpu(network) => network.forward(pixels, extras)?,
            Backend::Candle(network) => network.forward(pixels, extras)?,
        })
    }

    /// A head after the pooling at every position of `map`, without its activation, and that activation; without such a head the
    /// map itself.
    pub(super) fn head(&self, map: &Tensor) -> candle_core::Result<(Tensor, Activation)> {
        let head = match &self.backend {
            Backend::Cpu(network) => network.head(map),
            Backend::Candle(network) => network.head(map),
        };
        Ok(head?.unwrap_or((map.clone(), Activation::Linear)))
    }

    /// The classifier at every position of `map`.
    pub(super) fn classifier(&self, map: &Tensor) -> candle_core::Result<Tensor> {
        match &self.backend {
            Backend::Cpu(network) => network.classifier(map),
            Backend::Candle(network) => network.classifier(map),
        }
    }

    /// The time of every layer for one normalised picture `[C, h, w]` on one thread; `None` if the network does not run
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
