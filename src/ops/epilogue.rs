//! What follows every product: bias and activation.

use candle_core::{CpuStorage, Device, InplaceOp1, Layout, Result, Tensor};

use crate::kernels::Activation;

/// A bias per channel and an activation.
#[derive(Debug)]
pub(super) struct Epilogue {
    bias: Bias,
    activation: Activation,
}

#[derive(Debug)]
enum Bias {
    None,
    /// `[C]`, for the CPU.
    Host(Vec<f32>),
    /// `[1, C, 1, 1]`, for other devices.
    Device(Tensor),
}

impl Epilogue {
    pub(super) fn new(bias: Option<Vec<f32>>, activation: Activation, device: &Device) -> Result<Self> {
        let bias = match bias {
            None => Bias::None,
            Some(bias) if device.is_cpu() => Bias::Host(bias),
            Some(bias) => Bias::Device(Tensor::from_vec(bias, (1, (), 1, 1), device)?),
        };
        Ok(Self { bias, activation })
    }

    /// Adds the bias to `output` `[N, C, H, W]` and applies the activation.
    ///
    /// On a CPU this is one pass in place; `output` must be a tensor that nobody else holds.
    pub(super) fn apply(&self, output: Tensor) -> Result<Tensor> {
        if output.device().is_cpu() {
            let plane = output.dim(2)? * output.dim(3)?;
            output.inplace_op1(&OnCpu { epilogue: self, plane })?;
            return Ok(output);
        }
        let output = match &self.bias {
            Bias::Device(bias) => output.broadcast_add(bias)?,
            Bias::None | Bias::Host(_) => output,
        };
        match self.activation {
            Activation::Linear => Ok(output),
            Activation::Relu => output.relu(),
            Activation::Relu6 => output.clamp(0f32, 6f32),
        }
    }
}

struct OnCpu<'a> {
    epilogue: &'a Epilogue,
    /// Values per channel.
    plane: usize,
}

impl InplaceOp1 for OnCpu<'_> {
    fn name(&self) -> &'static str {
        "epilogue"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> Result<()> {
        let CpuStorage::F32(values) = storage else {
            candle_core::bail!("epilogue takes f32");
        };
        let Some((start, end)) = layout.contiguous_offsets() else {
            candle_core::bail!("epilogue takes a contiguous tensor");
        };
        for (index, plane) in values[start..end].chunks_exact_mut(self.plane).enumerate() {
            if let Bias::Host(bias) = &self.epilogue.bias {
                let bias = bias[index % bias.len()];
                plane.iter_mut().for_each(|value| *value += bias);
            }
            self.epilogue.activation.apply(plane);
        }
        Ok(())
    }
}
