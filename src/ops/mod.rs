//! One operation per kind of layer on candle tensors, `[N, C, H, W]` f32.
//!
//! An operation holds its weights, adds a bias and applies an activation. A faster implementation for a device
//! is a change to one file here; the networks in `models` do not notice.
//!
//! | file | layer | CPU | CUDA and Metal |
//! |---|---|---|---|
//! | [`conv`] | k x k over all channels (the stem) | candle | candle |
//! | [`depthwise`] | k x k per channel | [`kernels::depthwise`](crate::kernels::depthwise) | k·k shifted products |
//! | [`pointwise`] | 1 x 1 | candle's matrix product | the same |

pub mod conv;
pub mod depthwise;
pub mod device;
mod epilogue;
pub mod pointwise;

use candle_core::{Device, Result, Tensor};

pub use crate::kernels::{Activation, Padding};
use crate::kernels::{Axis, Conv2dGeometry};

/// The weights of one convolution as a checkpoint holds them, on the host.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    /// `[out, in / groups, k, k]`, row-major.
    pub weight: Vec<f32>,
    /// The shape of `weight`.
    pub shape: [usize; 4],
    /// `[out]`; absent where a batch norm follows that was not folded.
    pub bias: Option<Vec<f32>>,
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
    /// `[N, in, H, W]` to `[N, out, H', W']`.
    ///
    /// # Errors
    /// If the input's shape does not fit the weights.
    pub fn forward(&self, input: &Tensor) -> Result<Tensor> {
        match self {
            Self::Full(op) => op.forward(input),
            Self::Depthwise(op) => op.forward(input),
            Self::Pointwise(op) => op.forward(input),
        }
    }
}

/// The geometry of a square filter over `input` `[N, C, H, W]`.
fn geometry(input: &Tensor, k: usize, stride: usize, padding: Padding) -> Result<Conv2dGeometry> {
    let (_, _, h, w) = input.dims4()?;
    if h == 0 || w == 0 {
        candle_core::bail!("a convolution got an empty picture: {:?}", input.shape());
    }
    Ok(Conv2dGeometry::new(h, w, k, stride, padding))
}

/// `input` `[N, C, H, W]` with the zeros of both axes around it.
fn pad(input: &Tensor, rows: &Axis, columns: &Axis) -> Result<Tensor> {
    input.pad_with_zeros(2, rows.before, rows.after)?.pad_with_zeros(3, columns.before, columns.after)
}
