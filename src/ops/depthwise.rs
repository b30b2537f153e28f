//! The depthwise convolution: one filter per channel.
//!
//! candle's grouped `conv2d` cuts its input into one piece per channel and convolves each, which is hundreds of
//! launches a layer. Here a CPU runs our own kernel; every other device adds k·k shifted products of the whole
//! tensor, whatever the number of channels.

use candle_core::{D, Result, Tensor};
use rayon::prelude::*;

use super::epilogue::Epilogue;
use super::{Activation, Backend, Filter, Padding, Setting, geometry, kernel_op, pad};
use crate::kernels::depthwise::PackedFilters;
use crate::kernels::{Conv2dGeometry, isa};

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
    Kernels {
        filters: PackedFilters,
        activation: Activation,
    },
    Candle {
        /// `[C, 1, k, k]`
        filters: Tensor,
        epilogue: Epilogue,
    },
}

impl Depthwise {
    /// `filter` is `[C, 1, k, k]`.
    ///
    /// # Errors
    /// If the filter has another shape or the device cannot hold it.
    pub fn new(filter: Filter, setting: &Setting) -> Result<Self> {
        let Setting { stride, padding, activation, backend, device } = *setting;
        let [channels, 1, k, _] = filter.shape else {
            candle_core::bail!("a depthwise filter is [C, 1, k, k], found {:?}", filter.shape);
        };
        let weights = match backend {
            Backend::Kernels => {
                let filters = PackedFilters::new(isa::active(), &filter.weight, &filter.bias);
                Weights::Kernels { filters, activation }
            }
            Backend::Candle => {
                let filters = filter.tensor(device)?;
                Weights::Candle { filters, epilogue: Epilogue::new(filter.bias, activation, device)? }
            }
        };
        Ok(Self { weights, channels, k, stride, padding })
    }

    /// A feature map to a feature map.
    ///
    /// # Errors
    /// If the input's channels are not the filter's.
    pub fn forward(&self, input: &Tensor) -> Result<Tensor> {
        let (n, h, w, channels) = match &self.weights {
            Weights::Kernels { .. } => input.dims4()?,
            Weights::Candle { .. } => {
                let (n, channels, h, w) = input.dims4()?;
                (n, h, w, channels)
            }
        };
        if channels != self.channels {
            candle_core::bail!("depthwise: {} filters for {channels} channels", self.channels);
        }
        let geometry = geometry(h, w, self.k, self.stride, self.padding)?;
        match &self.weights {
            Weights::Kernels { filters, activation } => {
                let shape = (n, geometry.rows.output, geometry.columns.output, channels);
                kernel_op::apply("depthwise", input, shape, |input, output| {
                    by_rows(filters, *activation, geometry, input, output);
                })
            }
            Weights::Candle { filters, epilogue } => {
                epilogue.apply(&shifted_products(input, filters, self.stride, &geometry)?)
            }
        }
    }
}

/// Rows of outputs, shared out to the threads.
fn by_rows(
    filters: &PackedFilters,
    activation: Activation,
    geometry: Conv2dGeometry,
    input: &[f32],
    output: &mut [f32],
) {
    let Conv2dGeometry { rows, columns } = geometry;
    let picture = rows.input * columns.input * filters.channels();
    let row = columns.output * filters.channels();
    let job = filters.over(geometry, activation);
    let share = rows.output.div_ceil(rayon::current_num_threads()).max(1);
    let pictures = output.par_chunks_exact_mut(rows.output * row).zip(input.par_chunks_exact(picture));
    pictures.for_each(|(output, input)| {
        let parts = output.par_chunks_mut(share * row).enumerate();
        parts.for_each(|(index, output)| job.run(input, index * share, output));
    });
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

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;

    /// The operation of both backends and candle's own grouped convolution are one function.
    #[test]
    fn three_ways_agree() -> Result<()> {
        let device = Device::Cpu;
        for (h, w) in [(1, 1), (7, 7), (9, 14), (16, 15)] {
            for k in [3, 5] {
                for stride in [1, 2] {
                    for padding in [Padding::Symmetric, Padding::Same] {
                        let input = Tensor::randn(0f32, 1f32, (2, 5, h, w), &device)?;
                        let weight = Tensor::randn(0f32, 1f32, (5, 1, k, k), &device)?;
                        let geometry = geometry(h, w, k, stride, padding)?;
                        let padded = pad(&input, &geometry.rows, &geometry.columns)?;
                        let expected = padded.conv2d(&weight, 0, stride, 1, 5)?;
                        let op = |backend| {
                            let activation = Activation::Linear;
                            let setting = Setting { stride, padding, activation, backend, device: &device };
                            Depthwise::new(filter(&weight)?, &setting)
                        };
                        let candle = op(Backend::Candle)?.forward(&input)?;
                        // A view with its channels innermost is not contiguous.
                        let kernels = op(Backend::Kernels)?.forward(&input.permute((0, 2, 3, 1))?)?;
                        for ours in [candle, kernels.permute((0, 3, 1, 2))?] {
                            assert_eq!(ours.dims(), expected.dims());
                            let error =
                                (ours - &expected)?.abs()?.flatten_all()?.max(0)?.to_scalar::<f32>()?;
                            assert!(error < 1e-5, "{h}x{w} k{k} s{stride} {padding:?}: {error}");
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn filter(weight: &Tensor) -> Result<Filter> {
        let shape: [usize; 4] = weight.dims4()?.into();
        Ok(Filter { weight: weight.flatten_all()?.to_vec1()?, shape, bias: vec![0.0; shape[0]] })
    }

    #[test]
    fn refuses_another_number_of_channels() -> Result<()> {
        for backend in [Backend::Kernels, Backend::Candle] {
            let filter = Filter { weight: vec![0.0; 36], shape: [4, 1, 3, 3], bias: vec![0.0; 4] };
            let (padding, activation) = (Padding::Same, Activation::Linear);
            let setting = Setting { stride: 1, padding, activation, backend, device: &Device::Cpu };
            let op = Depthwise::new(filter, &setting)?;
            let input = Tensor::zeros((1, 5, 5, 5), candle_core::DType::F32, &Device::Cpu)?;
            let message = op.forward(&input).unwrap_err().to_string();
            assert!(message.contains("4 filters for 5 channels"), "{message}");
        }
        Ok(())
    }
}
