//! The pointwise convolution: a matrix product over channels, at every position alike.

use candle_core::{Device, Result, Tensor};

use super::epilogue::Epilogue;
use crate::models::load::ConvWeights;
use crate::nn::Activation;

/// A 1 x 1 convolution of stride 1 with bias and activation.
#[derive(Debug)]
pub(super) struct Pointwise {
    /// `[1, out, in]`
    matrix: Tensor,
    epilogue: Epilogue,
}

impl Pointwise {
    /// `weights` is `[out, in, 1, 1]`.
    ///
    /// # Errors
    /// If the filter has another shape or the device cannot hold it.
    pub(super) fn new(weights: ConvWeights, activation: Activation, device: &Device) -> Result<Self> {
        let [out_channels, in_channels, 1, 1] = weights.shape else {
            candle_core::bail!("a pointwise filter is [out, in, 1, 1], found {:?}", weights.shape);
        };
        let matrix = Tensor::from_vec(weights.scaled(), (1, out_channels, in_channels), device)?;
        Ok(Self { matrix, epilogue: Epilogue::new(weights.bias, activation, device)? })
    }

    /// `[N, in, H, W]` to `[N, out, H, W]`.
    ///
    /// # Errors
    /// If the input's channels are not the filter's.
    pub(super) fn forward(&self, input: &Tensor) -> Result<Tensor> {
        let (n, channels, h, w) = input.dims4()?;
        let output = self.matrix.broadcast_matmul(&input.reshape((n, channels, h * w))?)?;
        self.epilogue.apply(&output.reshape((n, (), h, w))?)
    }
}
