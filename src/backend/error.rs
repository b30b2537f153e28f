//! What can go wrong between weights and logits.

use thiserror::Error;

use crate::models::LoadError;

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

/// A forward pass that failed.
#[derive(Debug, Error)]
#[error("the network did not run: {0}")]
pub struct RunError(#[from] pub(super) candle_core::Error);
