//! One operation per kind of layer on candle tensors, f32.
//!
//! An operation holds its weights, adds a bias and applies an activation. A faster implementation for a device
//! is a change to one file here; the networks in `models` do not notice.
//!
//! | file | layer | [`Backend::Kernels`] | [`Backend::Candle`] |
//! |---|---|---|---|
//! | [`conv`] | k x k over all channels (the stem) | patches and a packed product | candle's `conv2d` |
//! | [`depthwise`] | k x k per channel | own kernel | k·k shifted products |
//! | [`pointwise`] | 1 x 1 | packed product | candle's `matmul` |
//! | [`pool`] | mean over positions | own kernel | candle's `mean` |
//!
//! Pictures are `[N, 3, R, R]`. From the stem to the pooling a feature map is `[N, H, W, C]` for the kernels and
//! `[N, C, H, W]` for candle; operations of one backend fit together.

pub mod conv;
pub mod depthwise;
pub mod device;
mod epilogue;
mod kernel_op;
pub mod pointwise;
pub mod pool;

use candle_core::{Device, Result, Tensor};
pub(crate) use epilogue::activate;

pub use crate::kernels::{Activation, Padding};
use crate::kernels::{Axis, Conv2dGeometry};

/// Who computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// Our kernels, on the CPU.
    Kernels,
    /// candle's operations, on any device: for accelerators, and what the kernels are held against.
    Candle,
}

impl Backend {
    /// The fast one for `device`.
    pub fn of(device: &Device) -> Self {
        if device.is_cpu() { Self::Kernels } else { Self::Candle }
    }
}

/// Everything about a convolution but its weights.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    /// Input positions from one output to the next.
    pub stride: usize,
    /// Zeros around the input.
    pub padding: Padding,
    /// What follows the bias.
    pub activation: Activation,
    /// Who computes.
    pub backend: Backend,
    /// Where.
    pub device: &'a Device,
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

impl Filter {
    fn tensor(&self, device: &Device) -> Result<Tensor> {
        Tensor::from_slice(&self.weight, &self.shape[..], device)
    }
}

/// A convolution, ready to run: the operation for its kind of layer.
#[derive(Debug)]
pub enum Convolution {
    /// k x k over all channels.
    Full(conv::Conv),
    /// k x k per channel.
    Depthwise(depthwise::Depthwise),
    /// 1 x 1 with stride 1.
    Pointwise(pointwise::Pointwise),
}

impl Convolution {
    /// A feature map (a picture, for the stem) to a feature map.
    ///
    /// # Errors
    /// If the input's shape does not fit the weights.
    pub fn forward(&self, input: &Tensor) -> Result<Tensor> {
        match self {
            Self::Full(op) => op.forward(input),
            Self::Depthwise(op) => op.forward(input),
            Self::Pointwise(op) => op.forward(input, None),
        }
    }

    /// [`forward`](Self::forward) with `shortcut`, of the output's shape, added to the result.
    ///
    /// # Errors
    /// If a shape does not fit.
    pub fn forward_with_shortcut(&self, input: &Tensor, shortcut: &Tensor) -> Result<Tensor> {
        match self {
            Self::Pointwise(op) => op.forward(input, Some(shortcut)),
            Self::Full(_) | Self::Depthwise(_) => self.forward(input)? + shortcut,
        }
    }
}

/// The geometry of a square filter over a feature map of `h` x `w` positions.
fn geometry(h: usize, w: usize, k: usize, stride: usize, padding: Padding) -> Result<Conv2dGeometry> {
    if h == 0 || w == 0 {
        candle_core::bail!("a convolution got an empty picture: {h} x {w}");
    }
    Ok(Conv2dGeometry::new(h, w, k, stride, padding))
}

/// `input` `[N, C, H, W]` with the zeros of both axes around it.
fn pad(input: &Tensor, rows: &Axis, columns: &Axis) -> Result<Tensor> {
    input.pad_with_zeros(2, rows.before, rows.after)?.pad_with_zeros(3, columns.before, columns.after)
}
