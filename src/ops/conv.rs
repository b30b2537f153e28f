//! The ordinary convolution: every filter sees all channels. MobileNets have one, the stem.

use candle_core::{Device, Result, Tensor};

use super::epilogue::Epilogue;
use super::{Activation, Filter, Padding, geometry, pad};

/// A k x k convolution over all channels with bias and activation.
#[derive(Debug)]
pub struct Conv {
    /// `[out, in, k, k]`
    weight: Tensor,
    stride: usize,
    padding: Padding,
    epilogue: Epilogue,
}

impl Conv {
    /// `filter` is `[out, in, k, k]`.
    ///
    /// # Errors
    /// If the device cannot hold it.
    pub fn new(
        filter: Filter,
        stride: usize,
        padding: Padding,
        activation: Activation,
        device: &Device,
    ) -> Result<Self> {
        let weight = filter.tensor(device)?;
        Ok(Self { weight, stride, padding, epilogue: Epilogue::new(filter.bias, activation, device)? })
    }

    /// `[N, in, H, W]` to `[N, out, H', W']`.
    ///
    /// # Errors
    /// If the input's channels are not the filter's.
    pub fn forward(&self, input: &Tensor) -> Result<Tensor> {
        let geometry = geometry(input, self.weight.dim(2)?, self.stride, self.padding)?;
        let padded = pad(input, &geometry.rows, &geometry.columns)?;
        self.epilogue.apply(padded.conv2d(&self.weight, 0, self.stride, 1, 1)?)
    }
}
