//! The stem: the convolution that sees the picture.

use super::context::{ExecContext, share_count};
use super::scratch::{grown, lock};
use super::size::Size;
use crate::backend::conv::ConvParams;
use crate::kernels::isa::Kernels;
use crate::kernels::stem::PackedStem;
use crate::kernels::work_queue::{SplitAxis, WorkQueue};
use crate::kernels::{AlignedVec, Element, FeatureMapMut};
use crate::models::load::ConvWeights;
use crate::nn::Conv2dGeometry;

/// A k x k convolution of stride 2 over all channels of a planar picture, with bias and activation.
#[derive(Debug)]
pub struct Stem<E: Element = f32> {
    weights: PackedStem<E>,
    params: ConvParams,
}

impl<E: Element> Stem<E> {
    /// `filter` is `[out, in, k, k]`, k one of 3, 5 and 7.
    ///
    /// # Panics
    /// For another k.
    pub fn new(kernels: &'static Kernels<E>, filter: &ConvWeights, params: ConvParams) -> Self {
        let weights = PackedStem::new(&kernels.stem, filter.weights(), filter.shape[2]);
        Self { weights, params }
    }

    /// The shape of the output.
    ///
    /// # Panics
    /// If `input` is empty.
    pub fn output(&self, input: Size) -> Size {
        let geometry = self.geometry(input);
        Size { h: geometry.rows.output, w: geometry.columns.output, c: self.weights.n() }
    }

    fn geometry(&self, input: Size) -> Conv2dGeometry {
        let ConvParams { stride, padding, .. } = self.params;
        Conv2dGeometry::new(input.h, input.w, self.weights.taps(), stride, padding)
    }

    /// A picture `[C, H, W]` of shape `size` to a feature map.
    ///
    /// # Panics
    /// If a shape does not match, or if there are fewer scratch buffers than threads.
    pub fn run(&self, context: ExecContext<E>, picture: &[f32], size: Size, output: FeatureMapMut<E>) {
        let ExecContext { team, scratch, .. } = context;
        let width = self.output(size).w;
        let queue = WorkQueue::guided(output, SplitAxis::Positions, width, share_count(team));
        team.broadcast(&|thread| {
            let pixels = &mut lock(&scratch[thread]).pixels;
            while let Some((positions, output)) = queue.next() {
                self.compute(picture, size, positions.start / width, pixels, output);
            }
        });
    }

    /// A picture `[C, H, W]` of shape `size` to the output rows from `first_row` on; `pixels` is a row buffer.
    ///
    /// # Panics
    /// If a shape does not match.
    pub fn compute(
        &self,
        picture: &[f32],
        size: Size,
        first_row: usize,
        pixels: &mut AlignedVec<f32>,
        output: FeatureMapMut<E>,
    ) {
        let stem = self.weights.with_geometry(self.geometry(size), self.params.activation);
        stem.run(picture, first_row, grown(pixels, stem.row_buffer_len()), output);
    }
}
