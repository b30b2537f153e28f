//! Bias and activation after each product.

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

/// The activation of every value, as [`Activation::of`], but for NaN: candle's `relu` makes it 0. On the CPU its `clamp`
/// keeps NaN; on a GPU that, too, drops it.
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
        let values = [-4f32, -1.5, 0.0, 1.5, 7.0, f32::NAN];
        for activation in [Linear, Relu, Relu6, HardSigmoid, HardSwish, Gelu] {
            let found = activate(&Tensor::new(&values, &Device::Cpu)?, activation)?.to_vec1::<f32>()?;
            for (found, x) in found.into_iter().zip(values) {
                // The one difference: candle's `relu` drops NaN.
                let expected = if activation == Relu && x.is_nan() { 0.0 } else { activation.of(x) };
                let agrees = (found - expected).abs() < 1e-6 || (found.is_nan() && expected.is_nan());
                assert!(agrees, "{activation:?} of {x}: {found}");
            }
        }
        Ok(())
    }
}
