//! The strict loader: from a weight file to the weights of every layer, batch norms folded in.

mod error;
mod loaded_conv;
mod reader;
mod tensors;

pub use error::LoadError;
pub use loaded_conv::{BatchNorm, ConvWeights, LoadedConv};
pub use tensors::{LayerTensors, Mismatch, NetworkTensors, check, classifier_outputs};
