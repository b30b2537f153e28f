//! The depthwise convolution: one filter per channel.

use std::ops::Range;

use super::context::share_count;
use super::size::Size;
use crate::backend::conv::ConvParams;
use crate::kernels::depthwise::PackedFilters;
use crate::kernels::isa::Kernels;
use crate::kernels::team::Team;
use crate::kernels::work_queue::{SplitAxis, WorkQueue};
use crate::kernels::{Element, FeatureMap, FeatureMapMut};
use crate::models::load::ConvWeights;
use crate::nn::Conv2dGeometry;

/// A k x k depthwise convolution with bias and activation.
#[derive(Debug)]
pub struct Depthwise<E: Element = f32> {
    filters: PackedFilters<E>,
    k: usize,
    params: ConvParams,
}

impl<E: Element> Depthwise<E> {
    /// `filter` is `[C, 1, k, k]`.
    pub fn new(kernels: &'static Kernels<E>, filter: &ConvWeights, params: ConvParams) -> Self {
        let filters = PackedFilters::new(&kernels.depthwise, filter.weights());
        Self { filters, k: filter.shape[2], params }
    }

    /// The shape of the output.
    ///
    /// # Panics
    /// If `input` is empty.
    pub fn output(&self, input: Size) -> Size {
        let geometry = self.geometry(input);
        Size { h: geometry.rows.output, w: geometry.columns.output, c: input.c }
    }

    /// Where its taps fall on an input of that shape.
    ///
    /// # Panics
    /// If `input` is empty.
    pub fn geometry(&self, input: Size) -> Conv2dGeometry {
        Conv2dGeometry::new(input.h, input.w, self.k, self.params.stride, self.params.padding)
    }

    /// A feature map of shape `size` to a feature map.
    ///
    /// # Panics
    /// If a shape does not match.
    pub fn run(&self, team: &Team, input: FeatureMap<E>, size: Size, output: FeatureMapMut<E>) {
        let geometry = self.geometry(size);
        let queue = WorkQueue::guided(output, SplitAxis::Blocks, 1, share_count(team));
        team.broadcast(&|_| {
            while let Some((blocks, output)) = queue.next() {
                self.compute(blocks.clone(), input.slice_blocks(blocks), geometry, 0, output);
            }
        });
    }

    /// Some blocks of channels and the output rows from `first_row` on; `input` may be a ring buffer of rows.
    ///
    /// # Panics
    /// If a shape does not match.
    pub fn compute(
        &self,
        blocks: Range<usize>,
        input: FeatureMap<E>,
        geometry: Conv2dGeometry,
        first_row: usize,
        output: FeatureMapMut<E>,
    ) {
        self.filters.with_geometry(geometry, blocks, self.params.activation).run(input, first_row, output);
    }
}
