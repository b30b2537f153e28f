//! A network with weights on a device.

use std::time::Duration;

use candle_core::{Device, Tensor};
use thiserror::Error;

use super::{candle, cpu};
use crate::models::load::Parts;
use crate::models::{Architecture, LoadError};
use crate::weights::WeightFile;

/// What becomes of the batch norms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Norms {
    /// Folded into weights and biases at load.
    Folded,
    /// Layers of candle's own, as trained: slower, and what the folded network is tested against.
    Separate,
}

/// A network, ready to run.
#[derive(Debug)]
pub struct Network {
    body: Body,
}

#[derive(Debug)]
enum Body {
    Cpu(cpu::Body),
    Candle(candle::Body),
}

impl Network {
    /// Reads the weights of `architecture` from `file`, to run as fast as it can on `device`: on our kernels on a CPU,
    /// on candle's operations elsewhere.
    ///
    /// # Errors
    /// If a tensor is missing, has another shape, is not finite, or is not part of the network.
    pub fn load(architecture: &Architecture, file: &WeightFile, device: &Device) -> Result<Self, LoadError> {
        if !device.is_cpu() {
            return Self::load_plain(architecture, file, Norms::Folded, device);
        }
        let parts = Parts::of(architecture, file)?;
        let body = cpu::Body::new(&architecture.graph, &parts, architecture.padding)?;
        Ok(Self { body: Body::Cpu(body) })
    }

    /// As [`load`](Self::load), to run on candle's operations wherever `device` is.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn load_plain(
        architecture: &Architecture,
        file: &WeightFile,
        norms: Norms,
        device: &Device,
    ) -> Result<Self, LoadError> {
        let parts = Parts::of(architecture, file)?;
        let body = candle::Body::new(&architecture.graph, &parts, architecture.padding, norms, device)?;
        Ok(Self { body: Body::Candle(body) })
    }

    /// Time of every layer in the order of [`Graph::layers`](crate::models::Graph::layers), of the pooling and of the
    /// classifier, for one normalised picture `[3, h, w]` on one thread; `None` if the network does not run on our
    /// kernels.
    ///
    /// # Panics
    /// If `picture` has another length.
    pub fn profile(&self, picture: &[f32], (h, w): (usize, usize)) -> Option<Vec<Duration>> {
        match &self.body {
            Body::Cpu(body) => Some(body.profile(picture, (h, w))),
            Body::Candle(_) => None,
        }
    }

    /// Logits `[N, K]` of normalised `pixels` `[N, 3, H, W]`.
    ///
    /// # Errors
    /// If `pixels` has another shape or the device fails.
    pub fn logits(&self, pixels: &Tensor) -> Result<Tensor, RunError> {
        Ok(match &self.body {
            Body::Cpu(body) => pixels.contiguous()?.apply_op1_no_bwd(body)?,
            Body::Candle(body) => body.logits(pixels)?,
        })
    }
}

/// A forward pass that failed.
#[derive(Debug, Error)]
#[error("the network did not run: {0}")]
pub struct RunError(#[from] candle_core::Error);
