//! The ordinary convolution: every filter sees all channels. MobileNets have one, the stem.

use rayon::prelude::*;

use super::Size;
use crate::kernels::pointwise::PackedMatrix;
use crate::kernels::{Conv2dGeometry, isa, patches};
use crate::ops::{Filter, Setting};

/// A k x k convolution over all channels of a planar picture, with bias and activation.
#[derive(Debug)]
pub struct Conv {
    matrix: PackedMatrix,
    k: usize,
    setting: Setting,
}

impl Conv {
    /// `filter` is `[out, in, k, k]`.
    pub fn new(filter: &Filter, setting: Setting) -> Self {
        let [_, in_channels, k, _] = filter.shape;
        let matrix = PackedMatrix::new(isa::active(), &filter.weight, &filter.bias, in_channels * k * k);
        Self { matrix, k, setting }
    }

    /// The shape of the output.
    ///
    /// # Panics
    /// If `input` is empty.
    pub fn output(&self, input: Size) -> Size {
        let geometry = self.geometry(input);
        Size { h: geometry.rows.output, w: geometry.columns.output, c: self.matrix.n() }
    }

    fn geometry(&self, input: Size) -> Conv2dGeometry {
        Conv2dGeometry::new(input.h, input.w, self.k, self.setting.stride, self.setting.padding)
    }

    /// A picture `[C, H, W]` of shape `size` to a feature map: each row of outputs is its patches side by side,
    /// times the filters.
    ///
    /// # Panics
    /// If a length does not match.
    pub fn run(&self, input: &[f32], size: Size, output: &mut [f32]) {
        let geometry = self.geometry(size);
        let columns = geometry.columns.output;
        let job = self.matrix.all(self.setting.activation).of_transposed();
        let row_of = |patches: &mut Vec<f32>, (oy, output): (usize, &mut [f32])| {
            patches.resize(columns * self.matrix.k(), 0.0);
            patches::gather(&geometry, input, oy, patches);
            job.run(patches, None, output);
        };
        // A few rows per task: the buffer for patches is made once for them.
        let rows = output.par_chunks_exact_mut(columns * self.matrix.n()).enumerate();
        rows.with_min_len(8).for_each_init(Vec::new, row_of);
    }
}
