//! The ordinary convolution: every filter sees all channels.

use candle_core::{Device, Result, Tensor};

use super::epilogue::Epilogue;
use super::geometry::{geometry, pad, weight};
use crate::backend::conv::ConvParams;
use crate::models::load::ConvWeights;

/// A k x k convolution over all channels, or all of a group, with bias and activation.
#[derive(Debug)]
pub(super) struct Conv2d {
    /// `[out, in / groups, k, k]`
    weight: Tensor,
    groups: usize,
    params: ConvParams,
    epilogue: Epilogue,
}

impl Conv2d {
    /// `weights` is `[out, in / groups, k, k]`.
    ///
    /// # Errors
    /// If the device cannot hold it.
    pub(super) fn new(
        weights: ConvWeights,
        groups: usize,
        params: ConvParams,
        device: &Device,
    ) -> Result<Self> {
        let weight = weight(&weights, device)?;
        Ok(Self { weight, groups, params, epilogue: Epilogue::new(weights.bias, params.activation, device)? })
    }

    /// `[N, in, H, W]` to `[N, out, H', W']`.
    ///
    /// # Errors
    /// If the input's channels are not the filter's.
    pub(super) fn forward(&self, input: &Tensor) -> Result<Tensor> {
        let geometry = geometry(input, self.weight.dim(2)?, self.params.stride, self.params.padding)?;
        let padded = pad(input, &geometry.rows, &geometry.columns)?;
        self.epilogue.apply(&padded.conv2d(&self.weight, 0, self.params.stride, 1, self.groups)?)
    }
}
