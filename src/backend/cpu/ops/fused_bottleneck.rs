//! A dense convolution with the stem before it and the pointwise projection after it, as one operation.
//!
//! The fused inverted bottleneck of MobileNet-EdgeTPU is the main case: a 3 x 3 convolution expands the channels, a
//! pointwise one projects them. A few rows are projected while they are in the L2 cache.

use std::ops::Range;

use super::context::{ExecContext, share_count};
use super::conv2d::Conv2d;
use super::input::Input;
use super::pointwise::Pointwise;
use super::scratch::{ThreadScratch, grown, lock};
use super::size::Size;
use super::stem::Stem;
use crate::backend::cpu::layer_timers::LayerTimers;
use crate::kernels::work_queue::{SplitAxis, WorkQueue};
use crate::kernels::{Element, FeatureMap, FeatureMapMut, padded};

/// `conv`, then `project`.
#[derive(Debug)]
pub struct FusedBottleneck<E: Element = f32> {
    /// Makes the hidden feature map.
    pub conv: DenseConv<E>,
    /// Mixes its channels. Without it, the hidden map is the output.
    pub project: Option<Pointwise<E>>,
}

/// A convolution over all channels.
#[derive(Debug)]
pub enum DenseConv<E: Element = f32> {
    /// 3 x 3.
    Conv2d(Conv2d<E>),
    /// 3 x 3, not grouped, after the stem of a network; the input is a picture.
    AfterStem(Stem<E>, Conv2d<E>),
    /// 1 x 1.
    Pointwise(Pointwise<E>),
}

/// Bytes of hidden map per step, which fit the L2 cache beside the weights.
const STEP_BYTES: usize = 256 << 10;

impl<E: Element> DenseConv<E> {
    /// The shape of the output.
    ///
    /// # Panics
    /// If `input` is empty.
    pub fn output(&self, input: Size) -> Size {
        match self {
            Self::Conv2d(conv) => conv.output(input),
            Self::AfterStem(stem, conv) => conv.output(stem.output(input)),
            Self::Pointwise(pointwise) => pointwise.output(input),
        }
    }

    fn layers(&self) -> usize {
        if let Self::AfterStem(..) = self { 2 } else { 1 }
    }

    /// Values that every further output row adds to its buffers.
    fn buffered_values_per_row(&self, input: Size) -> usize {
        match self {
            Self::Conv2d(conv) => conv.input_values_per_row(input),
            Self::AfterStem(stem, conv) => conv.input_values_per_row(stem.output(input)),
            Self::Pointwise(_) => 0,
        }
    }
}

impl<E: Element> FusedBottleneck<E> {
    /// The shape of the output.
    ///
    /// # Panics
    /// If `input` is empty.
    pub fn output(&self, input: Size) -> Size {
        let hidden = self.conv.output(input);
        self.project.as_ref().map_or(hidden, |project| project.output(hidden))
    }

    /// How many layers it is.
    pub fn layers(&self) -> usize {
        self.conv.layers() + usize::from(self.project.is_some())
    }

    /// A feature map of shape `size` (for [`DenseConv::AfterStem`], a picture) to a feature map; `shortcut` is added to
    /// it.
    ///
    /// # Panics
    /// If a shape does not match, or if there are fewer scratch buffers than threads, or fewer timers than layers.
    pub fn run(
        &self,
        context: ExecContext<E>,
        input: Input<E>,
        size: Size,
        shortcut: Option<FeatureMap<E>>,
        output: FeatureMapMut<E>,
    ) {
        let ExecContext { team, scratch, timers } = context;
        let hidden = self.conv.output(size);
        if let (DenseConv::Pointwise(first), Some(project)) = (&self.conv, &self.project)
            && team.size() > 1
            && hidden.positions() < hidden.c
        {
            return layer_by_layer([first, project], context, input.map(size), hidden, shortcut, output);
        }
        let rows_per_step = self.rows_per_step(size, hidden);
        let queue = WorkQueue::guided(output, SplitAxis::Positions, hidden.w, share_count(team));
        let pass = Pass { op: self, timers, input, size, hidden };
        team.broadcast(&|thread| {
            let scratch = &mut *lock(&scratch[thread]);
            while let Some((positions, mut output)) = queue.next() {
                scratch.rows.clear();
                // Steps of nearly equal height: all weights pass through the cache for each of them.
                let rows = positions.len() / hidden.w;
                let step = rows.div_ceil(rows.div_ceil(rows_per_step).max(1)) * hidden.w;
                for start in positions.clone().step_by(step) {
                    let end = positions.end.min(start + step);
                    let shortcut = shortcut.map(|shortcut| shortcut.slice_positions(start..end));
                    let output =
                        output.reborrow().slice_positions(start - positions.start..end - positions.start);
                    pass.compute(start..end, scratch, shortcut, output);
                }
            }
        });
    }

    /// The most output rows whose hidden map stays in the L2 cache.
    fn rows_per_step(&self, size: Size, hidden: Size) -> usize {
        let hidden_row = if self.project.is_some() { hidden.w * padded::<E>(hidden.c) } else { 0 };
        let row_bytes = size_of::<E>() * (self.conv.buffered_values_per_row(size) + hidden_row);
        (STEP_BYTES / row_bytes.max(1)).max(1)
    }
}

/// One pass over a feature map.
struct Pass<'a, E: Element> {
    op: &'a FusedBottleneck<E>,
    timers: LayerTimers<'a>,
    input: Input<'a, E>,
    size: Size,
    hidden: Size,
}

impl<E: Element> Pass<'_, E> {
    /// The output at some positions, whole rows of them.
    fn compute(
        &self,
        positions: Range<usize>,
        scratch: &mut ThreadScratch<E>,
        shortcut: Option<FeatureMap<E>>,
        output: FeatureMapMut<E>,
    ) {
        let Some(project) = &self.op.project else {
            return self.convolve(positions, scratch, shortcut, output);
        };
        let count = positions.len();
        // Taken out, because the convolution borrows the other buffers.
        let mut values = std::mem::take(&mut scratch.hidden);
        let hidden = grown(&mut values, padded::<E>(self.hidden.c) * count);
        self.convolve(positions, scratch, None, FeatureMapMut::new(hidden, count));
        let (all, hidden) = (0..output.blocks(), FeatureMap::new(hidden, count));
        self.timers.time(self.op.conv.layers(), || project.compute(all, hidden, shortcut, output));
        scratch.hidden = values;
    }

    /// The hidden map at some positions, whole rows of them.
    fn convolve(
        &self,
        positions: Range<usize>,
        scratch: &mut ThreadScratch<E>,
        shortcut: Option<FeatureMap<E>>,
        output: FeatureMapMut<E>,
    ) {
        let Self { timers, input, size, hidden, .. } = *self;
        let rows = positions.start / hidden.w..positions.end / hidden.w;
        let map = || input.map(size);
        let ThreadScratch { rows: buffer, pixels, .. } = scratch;
        match &self.op.conv {
            DenseConv::Conv2d(conv) => {
                timers.time(0, || conv.compute(rows, map(), size, buffer, shortcut, output));
            }
            DenseConv::AfterStem(stem, conv) => {
                let stem_size = stem.output(size);
                timers.time(0, || {
                    conv.fill(0, rows.clone(), stem_size, buffer, |y, row| {
                        stem.compute(input.picture(), size, y, pixels, row);
                    });
                });
                timers.time(1, || conv.convolve(0, rows, stem_size, buffer, shortcut, output));
            }
            DenseConv::Pointwise(op) => timers.time(0, || {
                op.compute(0..op.blocks(), map().slice_positions(positions), shortcut, output);
            }),
        }
    }
}

/// For several threads and weights larger than the map: each thread reads its part of the weights, instead of all of
/// them for its part of the map.
fn layer_by_layer<E: Element>(
    [first, project]: [&Pointwise<E>; 2],
    context: ExecContext<E>,
    input: FeatureMap<E>,
    hidden: Size,
    shortcut: Option<FeatureMap<E>>,
    output: FeatureMapMut<E>,
) {
    let ExecContext { team, scratch, timers } = context;
    // The first thread's buffer serves them all.
    let mut values = std::mem::take(&mut lock(&scratch[0]).hidden);
    let map = grown(&mut values, hidden.values::<E>());
    timers.time(0, || first.run(team, input, None, FeatureMapMut::new(map, hidden.positions())));
    let map = FeatureMap::new(map, hidden.positions());
    timers.time(1, || project.run(team, map, shortcut, output));
    lock(&scratch[0]).hidden = values;
}
