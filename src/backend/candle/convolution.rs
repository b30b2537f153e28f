//! Any convolution.

use candle_core::{Result, Tensor};

use super::conv2d::Conv2d;
use super::depthwise::Depthwise;
use super::pointwise::Pointwise;

/// A convolution, ready to run.
#[derive(Debug)]
pub(super) enum Convolution {
    /// k x k over all channels, or all of a group.
    Dense(Conv2d),
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
            Self::Dense(conv) => conv.forward(input),
            Self::Depthwise(conv) => conv.forward(input),
            Self::Pointwise(conv) => conv.forward(input),
        }
    }
}
