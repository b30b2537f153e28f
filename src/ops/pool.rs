//! Global average pooling: a feature map to one value per channel.

use candle_core::{Result, Tensor};
use rayon::prelude::*;

use super::{Backend, kernel_op};
use crate::kernels;

/// A feature map to `[N, C]`.
///
/// # Errors
/// If the input is no feature map.
pub fn mean(input: &Tensor, backend: Backend) -> Result<Tensor> {
    match backend {
        Backend::Candle => input.mean((2, 3)),
        Backend::Kernels => {
            let (n, h, w, c) = input.dims4()?;
            kernel_op::apply("pool", input, (n, c), |input, output| {
                let pictures = input.par_chunks_exact(h * w * c).zip(output.par_chunks_exact_mut(c));
                pictures.for_each(|(input, output)| kernels::pool::mean(input, output));
            })
        }
    }
}
