//! The ordinary convolution: every filter sees all channels. MobileNets have one, the stem.

use candle_core::{Result, Tensor};
use rayon::prelude::*;

use super::epilogue::Epilogue;
use super::{Activation, Backend, Filter, Padding, Setting, geometry, kernel_op, pad};
use crate::kernels::pointwise::PackedMatrix;
use crate::kernels::{Conv2dGeometry, isa, patches};

/// A k x k convolution over all channels with bias and activation.
#[derive(Debug)]
pub struct Conv {
    weights: Weights,
    /// `[out, in, k, k]`
    shape: [usize; 4],
    stride: usize,
    padding: Padding,
}

#[derive(Debug)]
enum Weights {
    Kernels { matrix: PackedMatrix, activation: Activation },
    Candle { weight: Tensor, epilogue: Epilogue },
}

impl Conv {
    /// `filter` is `[out, in, k, k]`.
    ///
    /// # Errors
    /// If the device cannot hold it.
    pub fn new(filter: Filter, setting: &Setting) -> Result<Self> {
        let Setting { stride, padding, activation, backend, device } = *setting;
        let shape = filter.shape;
        let weights = match backend {
            Backend::Kernels => {
                let k = shape[1] * shape[2] * shape[3];
                let matrix = PackedMatrix::new(isa::active(), &filter.weight, &filter.bias, k);
                Weights::Kernels { matrix, activation }
            }
            Backend::Candle => {
                let weight = filter.tensor(device)?;
                Weights::Candle { weight, epilogue: Epilogue::new(filter.bias, activation, device)? }
            }
        };
        Ok(Self { weights, shape, stride, padding })
    }

    /// A picture `[N, in, H, W]` to a feature map.
    ///
    /// # Errors
    /// If the input's channels are not the filter's.
    pub fn forward(&self, input: &Tensor) -> Result<Tensor> {
        let (n, channels, h, w) = input.dims4()?;
        let [out_channels, in_channels, k, _] = self.shape;
        if channels != in_channels {
            candle_core::bail!("convolution: filters of {in_channels} channels for {channels}");
        }
        let geometry = geometry(h, w, k, self.stride, self.padding)?;
        match &self.weights {
            Weights::Kernels { matrix, activation } => {
                let (rows, columns) = (geometry.rows.output, geometry.columns.output);
                kernel_op::apply("conv", input, (n, rows, columns, out_channels), |input, output| {
                    by_rows(matrix, *activation, &geometry, input, output);
                })
            }
            Weights::Candle { weight, epilogue } => {
                let padded = pad(input, &geometry.rows, &geometry.columns)?;
                epilogue.apply(&padded.conv2d(weight, 0, self.stride, 1, 1)?)
            }
        }
    }
}

/// Each row of outputs: its patches side by side, times the filters.
fn by_rows(
    matrix: &PackedMatrix,
    activation: Activation,
    geometry: &Conv2dGeometry,
    input: &[f32],
    output: &mut [f32],
) {
    let Conv2dGeometry { rows, columns } = geometry;
    let picture = matrix.k() / (rows.taps * columns.taps) * rows.input * columns.input;
    let job = matrix.all(activation);
    let row_of = |patches: &mut Vec<f32>, (index, output): (usize, &mut [f32])| {
        let input = &input[index / rows.output * picture..][..picture];
        patches.resize(columns.output * matrix.k(), 0.0);
        patches::gather(geometry, input, index % rows.output, 0..columns.output, patches);
        job.run(patches, None, output);
    };
    // A few rows per task: the buffer for patches is made once for them.
    let output = output.par_chunks_exact_mut(columns.output * matrix.n()).enumerate();
    output.with_min_len(8).for_each_init(Vec::new, row_of);
}
