//! The depthwise convolution: one filter per channel.
//!
//! candle's grouped `conv2d` cuts its input into one piece per channel and convolves each, which is hundreds of
//! launches a layer. Here k·k shifted products of the whole tensor are added, whatever the number of channels.

use candle_core::{D, Device, Result, Tensor};

use super::epilogue::Epilogue;
use super::geometry::{geometry, pad, weight};
use crate::backend::conv::ConvParams;
use crate::models::load::ConvWeights;
use crate::nn::Conv2dGeometry;

/// A k x k depthwise convolution with bias and activation.
#[derive(Debug)]
pub(super) struct Depthwise {
    /// `[C, 1, k, k]`
    filters: Tensor,
    params: ConvParams,
    epilogue: Epilogue,
}

impl Depthwise {
    /// `weights` is `[C, 1, k, k]`.
    ///
    /// # Errors
    /// If the filter has another shape or the device cannot hold it.
    pub(super) fn new(weights: ConvWeights, params: ConvParams, device: &Device) -> Result<Self> {
        let [_, 1, _, _] = weights.shape else {
            candle_core::bail!("a depthwise filter is [C, 1, k, k], found {:?}", weights.shape);
        };
        let filters = weight(&weights, device)?;
        Ok(Self { filters, params, epilogue: Epilogue::new(weights.bias, params.activation, device)? })
    }

    /// `[N, C, H, W]` to `[N, C, H', W']`.
    ///
    /// # Errors
    /// If the input's channels are not the filter's.
    pub(super) fn forward(&self, input: &Tensor) -> Result<Tensor> {
        let (channels, filters) = (input.dim(1)?, self.filters.dim(0)?);
        if channels != filters {
            candle_core::bail!("depthwise: {filters} filters for {channels} channels");
        }
        let ConvParams { stride, padding, .. } = self.params;
        let geometry = geometry(input, self.filters.dim(2)?, stride, padding)?;
        self.epilogue.apply(&shifted_products(input, &self.filters, stride, &geometry)?)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::{Activation, Padding};

    fn op(weight: &Tensor, stride: usize, padding: Padding) -> Result<Depthwise> {
        let shape: [usize; 4] = weight.dims4()?.into();
        let weight = weight.flatten_all()?.to_vec1()?.into();
        let (scale, bias) = (vec![1.0; shape[0]], vec![0.0; shape[0]]);
        let filter = ConvWeights { weight, scale, shape, bias };
        Depthwise::new(filter, ConvParams { stride, padding, activation: Activation::Linear }, &Device::Cpu)
    }

    #[test]
    fn shifted_products_are_candles_grouped_convolution() -> Result<()> {
        let device = Device::Cpu;
        for (h, w) in [(1, 1), (7, 7), (9, 14), (16, 15)] {
            for k in [3, 5] {
                for stride in [1, 2] {
                    for padding in [Padding::Symmetric, Padding::Same] {
                        let input = Tensor::randn(0f32, 1f32, (2, 5, h, w), &device)?;
                        let weight = Tensor::randn(0f32, 1f32, (5, 1, k, k), &device)?;
                        let geometry = geometry(&input, k, stride, padding)?;
                        let padded = pad(&input, &geometry.rows, &geometry.columns)?;
                        let expected = padded.conv2d(&weight, 0, stride, 1, 5)?;
                        // A view is as good as a copy.
                        let views = [input.clone(), input.transpose(2, 3)?.contiguous()?.transpose(2, 3)?];
                        for view in views {
                            let ours = op(&weight, stride, padding)?.forward(&view)?;
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

    #[test]
    fn refuses_another_number_of_channels() -> Result<()> {
        let zeros = |shape| Tensor::zeros(shape, candle_core::DType::F32, &Device::Cpu);
        let op = op(&zeros((4, 1, 3, 3))?, 1, Padding::Same)?;
        let message = op.forward(&zeros((1, 5, 8, 8))?).unwrap_err().to_string();
        assert!(message.contains("4 filters for 5 channels"), "{message}");
        Ok(())
    }
}
