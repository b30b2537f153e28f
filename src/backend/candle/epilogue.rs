//! What follows every product of candle's: bias and activation.

use candle_core::{Device, Result, Tensor};

use crate::nn::Activation;

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
        Activation::HardSigmoid => values.affine(1.0 / 6.0, 0.5)?.clamp(0f32, 1f32),
        Activation::HardSwish => values * activate(values, Activation::HardSigmoid)?,
        Activation::Gelu => values.gelu_erf(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn activations_are_those_of_the_kernels() -> Result<()> {
        use Activation::{Gelu, HardSigmoid, HardSwish, Linear, Relu, Relu6};
        let values = [-4f32, -1.5, 0.0, 1.5, 7.0];
        for activation in [Linear, Relu, Relu6, HardSigmoid, HardSwish, Gelu] {
            let found = activate(&Tensor::new(&values, &Device::Cpu)?, activation)?.to_vec1::<f32>()?;
            for (found, x) in found.into_iter().zip(values) {
                assert!((found - activation.of(x)).abs() < 1e-6, "{activation:?} of {x}: {found}");
            }
        }
        Ok(())
    }
}
