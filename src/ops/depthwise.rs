//! The depthwise convolution: one filter per channel.
//!
//! candle's grouped `conv2d` cuts its input into one piece per channel and convolves each, which is hundreds of
//! launches a layer. Here a CPU runs our own kernel; every other device adds k·k shifted products of the whole
//! tensor, whatever the number of channels.

use candle_core::{CpuStorage, CustomOp1, D, Device, Layout, Result, Shape, Tensor};
use rayon::prelude::*;

use super::epilogue::Epilogue;
use super::{Activation, Filter, Padding, geometry, pad};
use crate::kernels::{self, Conv2dGeometry};

/// A k x k depthwise convolution with bias and activation.
#[derive(Debug)]
pub struct Depthwise {
    weights: Weights,
    channels: usize,
    k: usize,
    stride: usize,
    padding: Padding,
}

#[derive(Debug)]
enum Weights {
    Host(HostWeights),
    Device {
        /// `[C, 1, k, k]`
        filters: Tensor,
        epilogue: Epilogue,
    },
}

#[derive(Debug)]
struct HostWeights {
    /// `[C, k, k]`
    filters: Vec<f32>,
    /// `[C]`
    bias: Vec<f32>,
    activation: Activation,
}

impl Depthwise {
    /// `filter` is `[C, 1, k, k]`.
    ///
    /// # Errors
    /// If the filter has another shape or the device cannot hold it.
    pub fn new(
        filter: Filter,
        stride: usize,
        padding: Padding,
        activation: Activation,
        device: &Device,
    ) -> Result<Self> {
        let [channels, 1, k, _] = filter.shape else {
            candle_core::bail!("a depthwise filter is [C, 1, k, k], found {:?}", filter.shape);
        };
        let weights = if device.is_cpu() {
            let bias = filter.bias.unwrap_or_else(|| vec![0.0; channels]);
            Weights::Host(HostWeights { filters: filter.weight, bias, activation })
        } else {
            let filters = filter.tensor(device)?;
            Weights::Device { filters, epilogue: Epilogue::new(filter.bias, activation, device)? }
        };
        Ok(Self { weights, channels, k, stride, padding })
    }

    /// `[N, C, H, W]` to `[N, C, H', W']`.
    ///
    /// # Errors
    /// If the input's channels are not the filter's.
    pub fn forward(&self, input: &Tensor) -> Result<Tensor> {
        let channels = input.dim(1)?;
        if channels != self.channels {
            candle_core::bail!("depthwise: {} filters for {channels} channels", self.channels);
        }
        let geometry = geometry(input, self.k, self.stride, self.padding)?;
        match &self.weights {
            Weights::Host(weights) => {
                input.contiguous()?.apply_op1_no_bwd(&OnCpu { weights, taps: self.k * self.k, geometry })
            }
            Weights::Device { filters, epilogue } => {
                epilogue.apply(shifted_products(input, filters, self.stride, &geometry)?)
            }
        }
    }
}

/// `Σ_t weight_t · shift_t(input)` over the k·k taps of `filters` `[C, 1, k, k]`: two launches a tap.
fn shifted_products(
    input: &Tensor,
    filters: &Tensor,
    stride: usize,
    geometry: &Conv2dGeometry,
) -> Result<Tensor> {
    let Conv2dGeometry { rows, columns } = geometry;
    let padded = pad(input, rows, columns)?;
    let mut sum: Option<Tensor> = None;
    for ky in 0..rows.taps {
        let band = every(&padded, 2, ky, rows.output, stride)?;
        for kx in 0..columns.taps {
            let shifted = every(&band, 3, kx, columns.output, stride)?;
            let weight = filters.narrow(2, ky, 1)?.narrow(D::Minus1, kx, 1)?.reshape((1, (), 1, 1))?;
            let product = shifted.broadcast_mul(&weight)?;
            sum = Some(match sum {
                Some(sum) => (sum + product)?,
                None => product,
            });
        }
    }
    sum.ok_or_else(|| candle_core::Error::Msg("depthwise: a filter without taps".into()))
}

/// `count` positions of axis `dim`, `stride` apart from `start` on.
fn every(input: &Tensor, dim: usize, start: usize, count: usize, stride: usize) -> Result<Tensor> {
    if stride == 1 {
        return input.narrow(dim, start, count);
    }
    // A strided view is [count, stride] cut to its first column; the last stride may reach past the end.
    let missing = (start + count * stride).saturating_sub(input.dim(dim)?);
    let reach = input.pad_with_zeros(dim, 0, missing)?.narrow(dim, start, count * stride)?;
    let mut shape = input.dims().to_vec();
    shape[dim] = count;
    shape.insert(dim + 1, stride);
    reach.contiguous()?.reshape(shape)?.narrow(dim + 1, 0, 1)?.squeeze(dim + 1)
}

struct OnCpu<'a> {
    weights: &'a HostWeights,
    taps: usize,
    geometry: Conv2dGeometry,
}

impl CustomOp1 for OnCpu<'_> {
    fn name(&self) -> &'static str {
        "depthwise"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let Some((start, end)) = layout.contiguous_offsets() else {
            candle_core::bail!("depthwise takes a contiguous tensor");
        };
        let input = &storage.as_slice::<f32>()?[start..end];
        let (n, c, h, w) = layout.shape().dims4()?;
        let Conv2dGeometry { rows, columns } = self.geometry;
        let plane = rows.output * columns.output;
        let HostWeights { filters, bias, activation } = self.weights;
        let mut output = vec![0.0; n * c * plane];
        let planes = output.par_chunks_exact_mut(plane.max(1)).zip(input.par_chunks_exact(h * w));
        planes.enumerate().for_each(|(index, (output, input))| {
            let channel = index % c;
            let filter = &filters[channel * self.taps..][..self.taps];
            kernels::depthwise::plane(&self.geometry, input, filter, bias[channel], *activation, output);
        });
        Ok((CpuStorage::F32(output), (n, c, rows.output, columns.output).into()))
    }
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;

    fn filter(weight: &Tensor, bias: Option<Vec<f32>>) -> Result<Filter> {
        Ok(Filter { weight: weight.flatten_all()?.to_vec1()?, shape: weight.dims4()?.into(), bias })
    }

    /// Own kernel, shifted products and candle's grouped convolution are one function.
    #[test]
    fn three_ways_agree() -> Result<()> {
        let device = Device::Cpu;
        for (h, w) in [(1, 1), (7, 7), (9, 14), (16, 15)] {
            for k in [3, 5] {
                for stride in [1, 2] {
                    for padding in [Padding::Symmetric, Padding::Same] {
                        let input = Tensor::randn(0f32, 1f32, (2, 5, h, w), &device)?;
                        let weight = Tensor::randn(0f32, 1f32, (5, 1, k, k), &device)?;
                        let op = Depthwise::new(
                            filter(&weight, None)?,
                            stride,
                            padding,
                            Activation::Linear,
                            &device,
                        )?;
                        let geometry = geometry(&input, k, stride, padding)?;
                        let padded = pad(&input, &geometry.rows, &geometry.columns)?;
                        let candle = padded.conv2d(&weight, 0, stride, 1, 5)?;
                        for ours in
                            [op.forward(&input)?, shifted_products(&input, &weight, stride, &geometry)?]
                        {
                            assert_eq!(ours.dims(), candle.dims());
                            let error = (ours - &candle)?.abs()?.flatten_all()?.max(0)?.to_scalar::<f32>()?;
                            assert!(error < 1e-5, "{h}x{w} k{k} s{stride} {padding:?}: {error}");
                        }
                    }
                }
            }
        }
        Ok(())
    }

    #[test]
    fn takes_offset_and_transposed_inputs() -> Result<()> {
        let device = Device::Cpu;
        let weight = Tensor::randn(0f32, 1f32, (3, 1, 3, 3), &device)?;
        let filter = filter(&weight, Some(vec![0.5, -0.5, 0.0]))?;
        let op = Depthwise::new(filter, 1, Padding::Symmetric, Activation::Relu6, &device)?;
        let wide = Tensor::randn(0f32, 1f32, (1, 6, 8, 8), &device)?;
        for view in [wide.narrow(1, 2, 3)?, wide.narrow(1, 3, 3)?.transpose(2, 3)?] {
            let (from_view, from_copy) = (op.forward(&view)?, op.forward(&view.copy()?)?);
            assert_eq!(
                from_view.flatten_all()?.to_vec1::<f32>()?,
                from_copy.flatten_all()?.to_vec1::<f32>()?
            );
        }
        Ok(())
    }

    #[test]
    fn refuses_another_number_of_channels() -> Result<()> {
        let filter = Filter { weight: vec![0.0; 36], shape: [4, 1, 3, 3], bias: None };
        let op = Depthwise::new(filter, 1, Padding::Same, Activation::Linear, &Device::Cpu)?;
        let input = Tensor::zeros((1, 5, 8, 8), candle_core::DType::F32, &Device::Cpu)?;
        let message = op.forward(&input).unwrap_err().to_string();
        assert!(message.contains("4 filters for 5 channels"), "{message}");
        Ok(())
    }
}
