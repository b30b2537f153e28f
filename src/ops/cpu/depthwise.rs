//! The depthwise convolution: one filter per channel.

use rayon::prelude::*;

use super::Size;
use crate::kernels::depthwise::PackedFilters;
use crate::kernels::{Conv2dGeometry, isa};
use crate::ops::{Filter, Setting};

/// A k x k depthwise convolution with bias and activation.
#[derive(Debug)]
pub struct Depthwise {
    filters: PackedFilters,
    k: usize,
    setting: Setting,
}

impl Depthwise {
    /// `filter` is `[C, 1, k, k]`.
    pub fn new(filter: &Filter, setting: Setting) -> Self {
        let filters = PackedFilters::new(isa::active(), &filter.weight, &filter.bias);
        Self { filters, k: filter.shape[2], setting }
    }

    /// The shape of the output.
    ///
    /// # Panics
    /// If `input` is empty.
    pub fn output(&self, input: Size) -> Size {
        let geometry = self.geometry(input);
        Size { h: geometry.rows.output, w: geometry.columns.output, c: input.c }
    }

    fn geometry(&self, input: Size) -> Conv2dGeometry {
        Conv2dGeometry::new(input.h, input.w, self.k, self.setting.stride, self.setting.padding)
    }

    /// A feature map of shape `size` to a feature map; rows of outputs are shared out to the threads.
    ///
    /// # Panics
    /// If a length does not match.
    pub fn run(&self, input: &[f32], size: Size, output: &mut [f32]) {
        assert_eq!(size.c, self.filters.channels(), "depthwise channels");
        let geometry = self.geometry(size);
        let job = self.filters.over(geometry, self.setting.activation);
        let share = geometry.rows.output.div_ceil(rayon::current_num_threads()).max(1);
        let parts = output.par_chunks_mut(share * geometry.columns.output * size.c).enumerate();
        parts.for_each(|(index, output)| job.run(input, index * share, output));
    }
}
