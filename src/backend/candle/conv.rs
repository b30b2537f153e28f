//! The ordinary convolution: every filter sees all channels.

use candle_core::{Device, Result, Tensor};

use super::convolution::{geometry, pad, weight};
use super::epilogue::Epilogue;
use crate::backend::conv::ConvParams;
use crate::models::load::ConvWeights;

/// A k x k convolution over all channels, or all of a group, with bias and activation.
#[derive(Debug)]
pub(super) struct Conv {
    /// `[out, in / groups, k, k]`
    weight: Tensor,
    groups: usize,
    setting: ConvParams,
    epilogue: Epilogue,
}

impl Conv {
    /// `filter` is `[out, in / groups, k, k]`.
    ///
    /// # Errors
    /// If the device cannot hold it.
    pub(super) fn new(
        filter: ConvWeights,
        groups: usize,
        setting: ConvParams,
        device: &Device,
    ) -> Result<Self> {
        let weight = weight(&filter, device)?;
        Ok(Self {
            weight,
            groups,
            setting,
            epilogue: Epilogue::new(filter.bias, setting.activation, device)?,
        })
    }

    /// `[N, in, H, W]` to `[N, out, H', W']`.
    ///
    /// # Errors
    /// If the input's channels are not the filter's.
    pub(super) fn forward(&self, input: &Tensor) -> Result<Tensor> {
        let geometry = geometry(input, self.weight.dim(2)?, self.setting.stride, self.setting.padding)?;
        let padded = pad(input, &geometry.rows, &geometry.columns)?;
        self.epilogue.apply(&padded.conv2d(&self.weight, 0, self.setting.stride, 1, self.groups)?)
    }
}
