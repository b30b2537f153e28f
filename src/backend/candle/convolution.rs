//! Operations of candle on `[N, C, H, W]` tensors: for accelerators, and what our kernels are held against.

use candle_core::{Device, Result, Tensor};

pub(super) use super::conv::Conv;
pub(super) use super::depthwise::Depthwise;
pub(super) use super::epilogue::activate;
pub(super) use super::pointwise::Pointwise;
use crate::models::load::ConvWeights;
use crate::nn::{Axis, Conv2dGeometry, Padding};

/// A convolution, ready to run.
#[derive(Debug)]
pub(super) enum Convolution {
    /// k x k over all channels.
    Full(Conv),
    /// k x k per channel.
    Depthwise(Depthwise),
    /// 1 x 1 with stride 1.
    Pointwise(Pointwise),
}

impl Convolution {
    /// `[N, in, H, W]` to `[N, out, H', W']`.
    ///
    /// # Errors
    /// If the input's shape does not fit the weights.
    pub(super) fn forward(&self, input: &Tensor) -> Result<Tensor> {
        match self {
            Self::Full(op) => op.forward(input),
            Self::Depthwise(op) => op.forward(input),
            Self::Pointwise(op) => op.forward(input),
        }
    }
}

pub(super) fn weight(filter: &ConvWeights, device: &Device) -> Result<Tensor> {
    Tensor::from_vec(filter.scaled(), &filter.shape[..], device)
}

/// The geometry of a square filter over `input` `[N, C, H, W]`.
pub(super) fn geometry(input: &Tensor, k: usize, stride: usize, padding: Padding) -> Result<Conv2dGeometry> {
    let (_, _, h, w) = input.dims4()?;
    if h == 0 || w == 0 {
        candle_core::bail!("a convolution got an empty picture: {h} x {w}");
    }
    Ok(Conv2dGeometry::new(h, w, k, stride, padding))
}

/// `input` `[N, C, H, W]` with the zeros of both axes around it.
pub(super) fn pad(input: &Tensor, rows: &Axis, columns: &Axis) -> Result<Tensor> {
    input.pad_with_zeros(2, rows.before, rows.after)?.pad_with_zeros(3, columns.before, columns.after)
}
