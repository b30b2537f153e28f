//! The ordinary convolution: 3 x 3 taps over all channels of a feature map.
//!
//! Input rows are first copied, or computed, in between zero padding: a padded row is `[c/B, row_stride, B]`. Every tap
//! of every output of a row is then at a fixed distance in three padded rows, and the convolution is the same tile of
//! sums as in [`pointwise`](super::pointwise). This is im2row without the copies of overlapping windows.

#![expect(unsafe_code, reason = "pointers into checked slices")]

use std::ops::Range;

use super::element::Element;
use super::feature_map::{FeatureMap, FeatureMapMut};
use super::layout::{CHANNEL_BLOCK, blocks, blocks_of};
use super::microkernel::{Microkernel, RowAccess, panel_layout};
use super::packed_matrix::{PackedMatrix, Packing};
use super::simd::Simd;
use super::weights::Weights;
use crate::nn::{Activation, Conv2dGeometry};

/// Taps along one side.
pub const TAPS: usize = 3;

/// Computes a convolution from padded rows and a shortcut into an output.
type Run<E> = unsafe fn(&Conv2d<E>, &[E], Option<FeatureMap<E>>, FeatureMapMut<E>);

/// The kernel of one instruction set for one element type.
#[derive(Debug)]
pub struct Conv2dKernel<E: Element = f32> {
    pub(super) packing: Packing<E>,
    /// # Safety
    /// The processor has the kernel's instructions, `packing` packed the weights, and the shapes are those that
    /// [`Conv2d::run`] asserts.
    pub(super) run: Run<E>,
}

/// Weights `[n, c, 3, 3]` with a bias `[n]`, packed for one kernel.
#[derive(Clone, Debug)]
pub struct PackedConv2d<E: Element = f32> {
    kernel: &'static Conv2dKernel<E>,
    /// `[n, 3 · c/B · 3 · B]`
    pub(super) matrix: PackedMatrix<E>,
    /// Input channels.
    pub(super) c: usize,
}

impl<E: Element> PackedConv2d<E> {
    /// Packs weights `[n, c, 3, 3]`.
    ///
    /// # Panics
    /// If a length does not match.
    pub fn new(kernel: &'static Conv2dKernel<E>, weights: Weights, c: usize) -> Self {
        let expected = weights.bias.len() * c * TAPS * TAPS;
        assert_eq!(weights.values.len(), expected, "length of convolution weights");
        // The order in which the microkernel reads them: [n, 3, c/B, 3, B].
        let depth = TAPS * blocks_of::<E>(c) * TAPS * E::BLOCK;
        let mut values = vec![0.0; weights.bias.len() * depth];
        for (to, from) in values.chunks_exact_mut(depth.max(1)).zip(weights.values.chunks(c * TAPS * TAPS)) {
            for (index, value) in from.iter().enumerate() {
                let (channel, ky, kx) = (index / TAPS / TAPS, index / TAPS % TAPS, index % TAPS);
                let run = ky * blocks_of::<E>(c) + channel / E::BLOCK;
                to[(run * TAPS + kx) * E::BLOCK + channel % E::BLOCK] = *value;
            }
        }
        let ordered = Weights { values: &values, ..weights };
        Self { kernel, matrix: PackedMatrix::new(&kernel.packing, ordered, depth, depth), c }
    }

    /// Input channels.
    pub fn c(&self) -> usize {
        self.c
    }

    /// Output channels.
    pub fn n(&self) -> usize {
        self.matrix.n()
    }

    /// The convolution of inputs of this geometry.
    ///
    /// # Panics
    /// If it is not that of 3 x 3 taps with a stride of 1 or 2.
    pub fn with_geometry(&self, geometry: Conv2dGeometry, activation: Activation) -> Conv2d<'_, E> {
        let fits = [geometry.rows, geometry.columns]
            .iter()
            .all(|axis| axis.taps == TAPS && [1, 2].contains(&axis.stride) && axis.has_narrow_padding());
        assert!(fits && geometry.rows.stride == geometry.columns.stride, "geometry of a 3 x 3 convolution");
        Conv2d { packed: self, geometry, activation }
    }
}

/// A convolution with packed weights, bias and activation.
#[derive(Debug)]
pub struct Conv2d<'a, E: Element = f32> {
    pub(super) packed: &'a PackedConv2d<E>,
    pub(super) geometry: Conv2dGeometry,
    pub(super) activation: Activation,
}

impl<E: Element> Conv2d<'_, E> {
    /// Values of a padded row.
    pub fn row_len(&self) -> usize {
        blocks_of::<E>(self.packed.c) * self.row_stride() * E::BLOCK
    }

    /// Positions of a padded row in one block.
    pub(super) fn row_stride(&self) -> usize {
        let columns = &self.geometry.columns;
        columns.before + columns.input + columns.after
    }

    /// The padded rows that some output rows depend on, counted from the first row of zeros above the input.
    pub fn padded_rows(&self, outputs: Range<usize>) -> Range<usize> {
        let stride = self.geometry.rows.stride;
        let start = outputs.start * stride;
        let end = if outputs.is_empty() { start } else { (outputs.end - 1) * stride + TAPS };
        start..end
    }

    /// Writes padded row `index`. `write_input` gets the row of the input that it holds, and where that goes; it is not
    /// called for a row of padding.
    ///
    /// # Panics
    /// If the length does not match.
    pub fn write_row(
        &self,
        index: usize,
        values: &mut [E],
        write_input: impl FnOnce(usize, FeatureMapMut<E>),
    ) {
        assert_eq!(values.len(), self.row_len(), "length of a padded row");
        let Conv2dGeometry { rows, columns } = &self.geometry;
        let row = index.checked_sub(rows.before).filter(|row| *row < rows.input);
        let Some(row) = row else { return values.fill(E::default()) };
        let within = columns.before..columns.before + columns.input;
        for block in values.chunks_exact_mut(self.row_stride() * E::BLOCK) {
            block[..within.start * E::BLOCK].fill(E::default());
            block[within.end * E::BLOCK..].fill(E::default());
        }
        write_input(row, FeatureMapMut::new(values, self.row_stride()).slice_positions(within));
    }

    /// The [`padded_rows`](Self::padded_rows) of some output rows to those rows; `shortcut` is added after the activation.
    ///
    /// Before activation, within `(9c + 2)·ε·(|b| + Σ|x·w|)` of
    /// [`reference::convolution`](super::reference::convolution) with the rounded weights, ε = `f32::EPSILON`; then
    /// rounded to `E`.
    ///
    /// # Panics
    /// If the shapes do not match, or if there is a shortcut and the activation is not a clamp.
    pub fn run(&self, padded_rows: &[E], shortcut: Option<FeatureMap<E>>, output: FeatureMapMut<E>) {
        let width = self.geometry.columns.output;
        if output.positions() == 0 {
            return;
        }
        let shape = (blocks_of::<E>(self.packed.n()), output.positions());
        assert_eq!(output.blocks(), shape.0, "channels of a convolution's output");
        assert!(output.positions().is_multiple_of(width), "whole rows of a convolution's output");
        let expected = self.padded_rows(0..shape.1 / width).len() * self.row_len();
        assert_eq!(padded_rows.len(), expected, "length of padded rows");
        if let Some(shortcut) = shortcut {
            assert_eq!((shortcut.blocks(), shortcut.positions()), shape, "shape of a convolution's shortcut");
            assert!(self.activation.is_clamp(), "a shortcut after {:?}", self.activation);
        }
        // SAFETY: a kernel is reached only through an available `Isa`; `PackedConv2d::new` packed the weights for it; the
        // shapes were asserted just now.
        unsafe { (self.packed.kernel.run)(self, padded_rows, shortcut, output) }
    }
}

/// All output rows for one panel of weights, then for the next: the panel is what stays in the L1 cache.
///
/// # Safety
/// As for [`Conv2dKernel::run`], with `S`'s instructions.
#[inline(always)]
pub(super) unsafe fn run<S: Simd>(
    job: &Conv2d,
    padded_rows: &[f32],
    shortcut: Option<FeatureMap>,
    mut output: FeatureMapMut,
) {
    let matrix = &job.packed.matrix;
    let width = job.geometry.columns.output;
    let stride = job.geometry.rows.stride;
    for channels in panel_layout::<S>().panels(output.blocks() * CHANNEL_BLOCK) {
        let block = channels.start / CHANNEL_BLOCK;
        for row in 0..output.positions() / width {
            // SAFETY: `Conv2d::run` asserted that the three padded rows of every output row are there, and that output
            // and shortcut have the channels of the weights. `with_geometry` asserted narrow padding: the last tap of
            // the last output is within its padded row.
            unsafe {
                let at =
                    |base: *const f32, stride: usize| base.add(block * stride + row * width * CHANNEL_BLOCK);
                let microkernel = Microkernel {
                    runs: TAPS * blocks(job.packed.c),
                    input: padded_rows.as_ptr().add(row * stride * job.row_len()),
                    run_stride: job.row_stride() * CHANNEL_BLOCK,
                    panel: matrix.panels.as_ptr().add(channels.start * matrix.depth),
                    bias: matrix.bias.as_ptr().add(channels.start),
                    blocks: channels.len() / CHANNEL_BLOCK,
                    shortcut: shortcut.map(|map| (at(map.as_ptr(), map.block_stride()), map.block_stride())),
                    output: at(output.as_mut_ptr(), output.block_stride()).cast_mut(),
                    output_stride: output.block_stride(),
                    activation: job.activation,
                };
                let vectors = channels.len().div_ceil(S::LANES);
                match stride {
                    1 => microkernel.run::<S, Taps<1>>(vectors, width),
                    _ => microkernel.run::<S, Taps<2>>(vectors, width),
                }
            }
        }
    }
}

/// The taps of a padded row in a block of channels, `STRIDE` positions further for the next output.
struct Taps<const STRIDE: usize>;

impl<const STRIDE: usize> RowAccess for Taps<STRIDE> {
    const RUN: usize = TAPS * CHANNEL_BLOCK;
    const POSITION_STRIDE: usize = STRIDE * CHANNEL_BLOCK;
    const OVERLAPS: bool = false;
}
