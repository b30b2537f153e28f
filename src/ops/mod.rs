//! One operation per kind of layer, f32, with weights, bias and activation in it.
//!
//! | layer | [`cpu`]: our kernels | [`tensor`]: candle, any device |
//! |---|---|---|
//! | k x k over all channels: the stem, 3 x 3 ones behind it | own kernels | candle's `conv2d` |
//! | k x k per channel | own kernel | k·k shifted products |
//! | 1 x 1 | packed product | candle's `matmul` |
//! | squeeze-and-excite | packed products, in the block's own pass | candle's `mean` and `matmul` |
//! | attention | own kernel | candle's `matmul` and softmax |
//! | mean over positions | own kernel | candle's `mean` |
//!
//! A faster implementation on a device is a folder with these files; the graphs in `models` do not notice.

pub mod cpu;
pub mod device;
pub mod tensor;

use std::borrow::Cow;

pub use crate::kernels::{Activation, Padding};
use crate::kernels::{Weights, scaled};

/// Everything about a convolution but its weights.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Input positions from one output to the next.
    pub stride: usize,
    /// Zeros around the input.
    pub padding: Padding,
    /// What follows the bias.
    pub activation: Activation,
}

/// The weights of one convolution as a checkpoint holds them, on the host.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter<'a> {
    /// `[out, in / groups, k, k]`, row-major.
    pub weight: Cow<'a, [f32]>,
    /// What the weights of each channel out are still to be multiplied by, `[out]`: a folded batch norm.
    pub scale: Vec<f64>,
    /// The shape of `weight`.
    pub shape: [usize; 4],
    /// `[out]`
    pub bias: Vec<f32>,
}

impl Filter<'_> {
    /// What the kernels take.
    pub fn weights(&self) -> Weights<'_> {
        Weights { values: &self.weight, scale: &self.scale, bias: &self.bias }
    }

    /// The weights multiplied by their scale.
    fn scaled(&self) -> Vec<f32> {
        let channels = self.weight.chunks_exact(self.weight.len() / self.scale.len().max(1));
        channels
            .zip(&self.scale)
            .flat_map(|(channel, scale)| channel.iter().map(|w| scaled(*w, *scale)))
            .collect()
    }
}
