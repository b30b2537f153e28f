//! The pointwise convolution: a matrix product over channels, at every position alike.

use candle_core::{Result, Tensor};
use rayon::prelude::*;

use super::epilogue::Epilogue;
use super::{Activation, Backend, Filter, Setting, kernel_op};
use crate::kernels::isa;
use crate::kernels::pointwise::PackedMatrix;

/// A 1 x 1 convolution of stride 1 with bias and activation.
#[derive(Debug)]
pub struct Pointwise {
    weights: Weights,
    in_channels: usize,
    out_channels: usize,
}

#[derive(Debug)]
enum Weights {
    Kernels {
        matrix: PackedMatrix,
        activation: Activation,
    },
    Candle {
        /// `[1, out, in]`
        matrix: Tensor,
        epilogue: Epilogue,
    },
}

impl Pointwise {
    /// `filter` is `[out, in, 1, 1]`; stride and padding do not matter.
    ///
    /// # Errors
    /// If the filter has another shape or the device cannot hold it.
    pub fn new(filter: Filter, setting: &Setting) -> Result<Self> {
        let Setting { activation, backend, device, .. } = *setting;
        let [out_channels, in_channels, 1, 1] = filter.shape else {
            candle_core::bail!("a pointwise filter is [out, in, 1, 1], found {:?}", filter.shape);
        };
        let weights = match backend {
            Backend::Kernels => {
                let matrix = PackedMatrix::new(isa::active(), &filter.weight, &filter.bias, in_channels);
                Weights::Kernels { matrix, activation }
            }
            Backend::Candle => {
                let matrix = Tensor::from_vec(filter.weight, (1, out_channels, in_channels), device)?;
                Weights::Candle { matrix, epilogue: Epilogue::new(filter.bias, activation, device)? }
            }
        };
        Ok(Self { weights, in_channels, out_channels })
    }

    /// A feature map to a feature map, with `shortcut` added to the result.
    ///
    /// # Errors
    /// If the input's channels are not the filter's.
    pub fn forward(&self, input: &Tensor, shortcut: Option<&Tensor>) -> Result<Tensor> {
        let (matrix, activation) = match &self.weights {
            Weights::Kernels { matrix, activation } => (matrix, *activation),
            Weights::Candle { matrix, epilogue } => {
                let (n, channels, h, w) = input.dims4()?;
                let output = matrix.broadcast_matmul(&input.reshape((n, channels, h * w))?)?;
                let output = epilogue.apply(&output.reshape((n, self.out_channels, h, w))?)?;
                return shortcut.map_or(Ok(output.clone()), |shortcut| output + shortcut);
            }
        };
        let (n, h, w, channels) = input.dims4()?;
        if channels != self.in_channels {
            candle_core::bail!("pointwise: filters of {} channels for {channels}", self.in_channels);
        }
        let shape = (n, h, w, self.out_channels);
        let Some(shortcut) = shortcut else {
            return kernel_op::apply("pointwise", input, shape, |input, output| {
                product(matrix, activation, input, None, output);
            });
        };
        if shortcut.dims4()? != shape {
            candle_core::bail!("pointwise: a shortcut {:?} to {shape:?}", shortcut.shape());
        }
        kernel_op::apply2("pointwise", input, shortcut, shape, |input, shortcut, output| {
            product(matrix, activation, input, Some(shortcut), output);
        })
    }
}

/// The product, positions shared out to the threads.
fn product(
    matrix: &PackedMatrix,
    activation: Activation,
    input: &[f32],
    shortcut: Option<&[f32]>,
    output: &mut [f32],
) {
    let (k, n) = (matrix.k(), matrix.n());
    let job = matrix.all(activation);
    let rows = share(output.len() / n, matrix.isa().tile_rows);
    let parts = output.par_chunks_mut(rows * n).zip(input.par_chunks(rows * k)).enumerate();
    parts.for_each(|(index, (output, input))| {
        let shortcut = shortcut.map(|shortcut| &shortcut[index * rows * n..][..output.len()]);
        job.run(input, shortcut, output);
    });
}

/// Rows of one thread's part: whole tiles, one part per thread.
fn share(rows: usize, tile: usize) -> usize {
    rows.div_ceil(rayon::current_num_threads()).next_multiple_of(tile).max(1)
}
