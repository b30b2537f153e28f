//! Weights, geometry and padding of a convolution as candle takes them.

use candle_core::{Device, Result, Tensor};

use crate::models::load::ConvWeights;
use crate::nn::{Axis, Conv2dGeometry, Padding};

/// The scaled weights on a device.
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
