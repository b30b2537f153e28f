//! A network with weights on a device.

use candle_core::{Device, Tensor};
use candle_nn::Module;
use half::bf16;

use super::error::{BuildError, RunError};
use super::forward::{Extras, Output};
use super::norms::Norms;
use super::{candle, cpu};
use crate::kernels::Element;
use crate::kernels::isa::{self, Kernels};
use crate::models::Architecture;
use crate::models::load::NetworkTensors;
use crate::nn::Activation;
use crate::record::Precision;
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
    Cpu(cpu::CpuNetwork<f32>),
    CpuBf16(cpu::CpuNetwork<bf16>),
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
        Ok(Self { backend: Backend::Cpu(load_cpu(&isa::active().kernels, architecture, file)?) })
    }

    /// Like [`load`](Self::load), but in `precision` if our kernels run on `device` and its processor has a unit for
    /// it, and otherwise in `f32`. [`precision`](Self::precision) returns the one in use.
    ///
    /// # Errors
    /// The same as for [`load`](Self::load).
    pub fn load_at(
        precision: Precision,
        architecture: &Architecture,
        file: &WeightFile,
        device: &Device,
    ) -> Result<Self, BuildError> {
        match isa::active_bf16().filter(|_| precision == Precision::Bf16 && device.is_cpu()) {
            Some(isa) => Ok(Self { backend: Backend::CpuBf16(load_cpu(&isa.kernels, architecture, file)?) }),
            None => Self::load(architecture, file, device),
        }
    }

    /// The precision that the network runs in.
    pub fn precision(&self) -> Precision {
        match &self.backend {
            Backend::CpuBf16(_) => Precision::Bf16,
            Backend::Cpu(_) | Backend::Candle(_) => Precision::F32,
        }
    }

    /// As [`load`](Self::load), for the candle backend on any device: the reference of the others.
    ///
    /// # Errors
    /// The same as for [`load`](Self::load).
    pub fn load_candle(
        architecture: &Architecture,
        file: &WeightFile,
        norms: Norms,
        device: &Device,
    ) -> Result<Self, BuildError> {
        candle_network(architecture, file, norms, Precision::F32, device)
    }

    /// Runs candle's operations in `f32`, on values that are rounded to bf16 wherever our kernels round them. This is the
    /// reference for bf16 on any processor.
    ///
    /// # Errors
    /// The same as for [`load`](Self::load).
    pub fn load_candle_rounded(architecture: &Architecture, file: &WeightFile) -> Result<Self, BuildError> {
        candle_network(architecture, file, Norms::Folded, Precision::Bf16, &Device::Cpu)
    }

    /// Runs normalised `pixels` `[N, C, H, W]` through the network.
    ///
    /// # Errors
    /// If `pixels` has another shape or the device fails.
    pub fn forward(&self, pixels: &Tensor, extras: Extras) -> Result<Output, RunError> {
        Ok(match &self.backend {
            Backend::Cpu(network) => network.forward(pixels, extras)?,
            Backend::CpuBf16(network) => network.forward(pixels, extras)?,
            Backend::Candle(network) => network.forward(pixels, extras)?,
        })
    }

    /// Applies the head that follows the pooling at every position of `map`. Returns its output before the activation,
    /// and the activation. Without such a head, the output is the map itself.
    pub(super) fn head(&self, map: &Tensor) -> candle_core::Result<(Tensor, Activation)> {
        let head = match &self.backend {
            Backend::Cpu(network) => network.head(map),
            Backend::CpuBf16(network) => network.head(map),
            Backend::Candle(network) => network.head(map),
        };
        Ok(head?.unwrap_or((map.clone(), Activation::Linear)))
    }

    /// Applies the classifier at every position of `map`.
    pub(super) fn classifier(&self, map: &Tensor) -> candle_core::Result<Tensor> {
        match &self.backend {
            Backend::Cpu(network) => network.classifier(map),
            Backend::CpuBf16(network) => network.classifier(map),
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
            Backend::CpuBf16(network) => Some(network.profile(picture, sides)),
            Backend::Candle(_) => None,
        }
    }
}

fn candle_network(
    architecture: &Architecture,
    file: &WeightFile,
    norms: Norms,
    precision: Precision,
    device: &Device,
) -> Result<Network, BuildError> {
    let tensors = NetworkTensors::find(architecture, file)?;
    let network = candle::CandleNetwork::new(&tensors, architecture.padding, norms, precision, device)?;
    Ok(Network { backend: Backend::Candle(network) })
}

/// Loads a network for our CPU kernels.
fn load_cpu<E: Element>(
    kernels: &'static Kernels<E>,
    architecture: &Architecture,
    file: &WeightFile,
) -> Result<cpu::CpuNetwork<E>, BuildError> {
    let tensors = NetworkTensors::find(architecture, file)?;
    Ok(cpu::CpuNetwork::new(kernels, &tensors, architecture.padding)?)
}

impl Module for Network {
    fn forward(&self, pixels: &Tensor) -> candle_core::Result<Tensor> {
        let output = Self::forward(self, pixels, Extras::default());
        Ok(output.map_err(|RunError(error)| error)?.logits)
    }
}
