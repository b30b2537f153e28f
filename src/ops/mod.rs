//! One operation per kind of layer, f32, with weights, bias and activation in it.
//!
//! | layer | [`cpu`]: our kernels | [`tensor`]: candle, any device |
//! |---|---|---|
//! | k x k over all channels (the stem) | own kernel | candle's `conv2d` |
//! | k x k per channel | own kernel | k·k shifted products |
//! | 1 x 1 | packed product | candle's `matmul` |
//! | mean over positions | own kernel | candle's `mean` |
//!
//! A faster implementation on a device is a folder with these files; the graphs in `models` do not notice.

pub mod cpu;
pub mod device;
pub mod tensor;

pub use crate::kernels::{Activation, Padding};

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
pub struct Filter {
    /// `[out, in / groups, k, k]`, row-major.
    pub weight: Vec<f32>,
    /// The shape of `weight`.
    pub shape: [usize; 4],
    /// `[out]`
    pub bias: Vec<f32>,
}
