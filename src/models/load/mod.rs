//! The strict loader: from a weight file to the weights of every layer, batch norms folded in.
//!
//! [`fit()`] first gives a network the head and the input channels of its file.

mod error;
mod extra;
mod fit;
mod head;
mod loaded_conv;
mod outline;
mod pieces;
mod reader;
mod tensors;

pub use error::LoadError;
pub use extra::Extra;
pub use fit::{classifier_outputs, convolution_as_classifier, fit, has_stem};
pub use loaded_conv::{BatchNorm, ConvWeights, LoadedConv};
pub use pieces::{Pieces, pieces};
pub use tensors::{LayerTensors, Mismatch, NetworkTensors, check};

#[cfg(test)]
mod tests;
