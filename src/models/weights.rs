//! The strict reader: every tensor of a network named, shaped and used; nothing left over.

use std::collections::BTreeSet;

use thiserror::Error;

use super::naming::Names;
use crate::weights::{WeightFile, WeightsError};

/// Weights that do not fit their network.
#[derive(Debug, Error)]
pub enum LoadError {
    /// The network needs a tensor that the file lacks.
    #[error(
        "tensor `{name}` is missing: expected {expected:?}, the file holds {count} tensors such as `{example}`"
    )]
    Missing {
        /// Its name.
        name: String,
        /// Its shape.
        expected: Vec<usize>,
        /// How many tensors there are.
        count: usize,
        /// One of them.
        example: String,
    },
    /// A tensor has another shape than the network's.
    #[error("tensor `{name}`: expected {expected:?}, found {found:?}")]
    Shape {
        /// Its name.
        name: String,
        /// The network's shape.
        expected: Vec<usize>,
        /// The file's shape.
        found: Vec<usize>,
    },
    /// The file holds tensors that the network does not have.
    #[error("{count} tensors are not part of the network, the first is `{example}`")]
    Unread {
        /// How many.
        count: usize,
        /// The first by name.
        example: String,
    },
    /// A tensor holds NaN or an infinity.
    #[error("tensor `{name}` holds values that are not finite")]
    NotFinite {
        /// Its name.
        name: String,
    },
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] WeightsError),
    /// The device cannot hold the weights.
    #[error("the device does not take the weights: {0}")]
    Device(#[from] candle_core::Error),
}

impl LoadError {
    /// The next thing to do, if there is one.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::File(error) => error.hint().map(str::to_owned),
            Self::Missing { .. } | Self::Shape { .. } | Self::Unread { .. } => {
                Some("check that config.json is the one these weights were saved with".to_owned())
            }
            Self::NotFinite { .. } | Self::Device(_) => None,
        }
    }
}

/// Prefixes that wrappers put in front of every name: timm's transformers wrapper, `DataParallel`, `torch.compile`, Lightning.
const WRAPPERS: [&str; 4] = ["timm_model.", "module.", "_orig_mod.", "model."];

/// Reads a file's tensors once each.
pub(super) struct Reader<'a> {
    file: &'a WeightFile,
    prefix: &'static str,
    unread: BTreeSet<String>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(file: &'a WeightFile) -> Self {
        // A count of training steps per batch norm; inference has no use for it.
        let names: BTreeSet<String> =
            file.names().filter(|name| !name.ends_with("num_batches_tracked")).map(str::to_owned).collect();
        let prefix = WRAPPERS
            .into_iter()
            .find(|prefix| !names.is_empty() && names.iter().all(|name| name.starts_with(prefix)))
            .unwrap_or("");
        Self { file, prefix, unread: names }
    }

    /// The values of tensor `name`, row-major.
    pub(super) fn tensor(&mut self, name: &str, expected: &[usize]) -> Result<Vec<f32>, LoadError> {
        let name = format!("{}{name}", self.prefix);
        let Some(tensor) = self.file.get(&name) else {
            let example = self.file.names().next().unwrap_or_default().to_owned();
            let count = self.file.names().count();
            return Err(LoadError::Missing { name, expected: expected.to_vec(), count, example });
        };
        if tensor.shape != expected {
            let (expected, found) = (expected.to_vec(), tensor.shape.to_vec());
            return Err(LoadError::Shape { name, expected, found });
        }
        let values = self.file.f32(&name).transpose()?.unwrap_or_default();
        if !values.iter().all(|value| value.is_finite()) {
            return Err(LoadError::NotFinite { name });
        }
        self.unread.remove(&name);
        Ok(values)
    }

    /// The batch norm of a convolution with `channels` outputs.
    pub(super) fn batch_norm(
        &mut self,
        names: &Names,
        channels: usize,
        epsilon: f64,
    ) -> Result<BatchNorm, LoadError> {
        let mut vector = |piece: &str| self.tensor(&format!("{}.{piece}", names.norm), &[channels]);
        Ok(BatchNorm {
            gamma: vector("weight")?,
            beta: vector("bias")?,
            mean: vector("running_mean")?,
            variance: vector("running_var")?,
            epsilon,
        })
    }

    /// Ends the reading; an unread tensor is an error.
    pub(super) fn finish(self) -> Result<(), LoadError> {
        let count = self.unread.len();
        match self.unread.into_iter().next() {
            None => Ok(()),
            Some(example) => Err(LoadError::Unread { count, example }),
        }
    }
}

/// `gamma · (x - mean) / sqrt(variance + epsilon) + beta`, per channel.
pub(super) struct BatchNorm {
    pub gamma: Vec<f32>,
    pub beta: Vec<f32>,
    pub mean: Vec<f32>,
    pub variance: Vec<f32>,
    pub epsilon: f64,
}

impl BatchNorm {
    /// Scales `weight` `[out, …]` in place and returns the bias `[out]` that make the norm superfluous.
    pub(super) fn fold(&self, weight: &mut [f32]) -> Vec<f32> {
        let per_channel = weight.len() / self.gamma.len();
        weight
            .chunks_exact_mut(per_channel)
            .enumerate()
            .map(|(channel, weight)| {
                // In f64: folding adds no rounding of its own to the product.
                let variance = f64::from(self.variance[channel]) + self.epsilon;
                let scale = f64::from(self.gamma[channel]) / variance.sqrt();
                for weight in weight {
                    *weight = (f64::from(*weight) * scale) as f32;
                }
                (f64::from(self.beta[channel]) - f64::from(self.mean[channel]) * scale) as f32
            })
            .collect()
    }
}
