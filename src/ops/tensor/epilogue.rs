//! What follows every product of candle's: bias and activation.

use candle_core::{Device, Result, Tensor};

use crate::kernels::Activation;

/// A bias per channel and an activation.
#[derive(Debug)]
pub(super) struct Epilogue {
    /// `[1, C, 1, 1]`
    bias: Tensor,
    activation: Activation,
}

impl Epilogue {
    pub(super) fn new(bias: Vec<f32>, activation: Activation, device: &Device) -> Result<Self> {
        Ok(Self { bias: Tensor::from_vec(bias, (1, (), 1, 1), device)?, activation })
    }

    /// Adds the bias to `output` `[N, C, H, W]` and applies the activation.
    pub(super) fn apply(&self, output: &Tensor) -> Result<Tensor> {
        activate(&output.broadcast_add(&self.bias)?, self.activation)
    }
}

/// The activation of every value.
pub(crate) fn activate(values: &Tensor, activation: Activation) -> Result<Tensor> {
    match activation {
        Activation::Linear => Ok(values.clone()),
        Activation::Relu => values.relu(),
        Activation::Relu6 => values.clamp(0f32, 6f32),
    }
}
