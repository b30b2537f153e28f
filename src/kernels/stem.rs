//! The stem: a k x k convolution of stride 2 over all channels, straight from a planar picture.
//!
//! An output row depends on a few rows of pixels. Those are copied once with their padding; every tap of every output is
//! then at a fixed distance, and the convolution is the same tile of sums as in [`pointwise`](super::pointwise).

#![expect(unsafe_code, reason = "pointers into checked slices")]

use half::bf16;

use super::element::Element;
use super::feature_map::FeatureMapMut;
use super::layout::{CHANNEL_BLOCK, blocks, blocks_of};
use super::microkernel::{Microkernel, RowAccess, panel_layout};
use super::packed_matrix::{PackedMatrix, Packing};
use super::simd::Simd;
use super::weights::Weights;
use crate::nn::{Activation, Axis, Conv2dGeometry};

/// Pixels from one output to the next.
pub(super) const STRIDE: usize = 2;

/// The kernel of one instruction set for outputs of one element type. Pixels and weights are `f32`, because there are
/// few of either, or each split into two parts of bf16.
#[derive(Debug)]
pub struct StemKernel<E: Element = f32> {
    pub(super) packing: Packing,
    /// How many `f32` values are staged between the sums of a position and its outputs: none if the sums are the outputs.
    pub(super) staged: fn(usize) -> usize,
    /// Computes one output row from its padded rows of pixels, which are followed by room for the staged values.
    ///
    /// # Safety
    /// The processor has the kernel's instructions, `packing` packed the weights, and the shapes are those that
    /// [`Stem::run`] asserts, for one row.
    pub(super) run: unsafe fn(&Stem<E>, &mut [f32], FeatureMapMut<E>),
    /// A faster way, for the filters that it packs.
    pub(super) parts: Option<StemParts<E>>,
}

/// A stem as products of bf16: pixels and weights are sums of two values of bf16 each.
#[derive(Debug)]
pub(super) struct StemParts<E: Element> {
    /// Packs weights `[n, c, k, k]`; `None` if they are of another shape than it computes.
    pub(super) pack: fn(Weights, usize) -> Option<PackedMatrix<bf16>>,
    /// The number of `f32` values in the buffer that holds the parts of the pixels under some output rows.
    pub(super) buffered: fn(&Stem<E>) -> usize,
    /// Computes some output rows.
    ///
    /// # Safety
    /// The processor has the kernel's instructions, `pack` packed the weights, and the shapes are those that
    /// [`Stem::run`] asserts.
    pub(super) run: RunParts<E>,
}

/// The stem, the picture, the first output row, the buffer, and the output from that row on.
type RunParts<E> = unsafe fn(&Stem<E>, &[f32], usize, &mut [f32], FeatureMapMut<E>);

/// Weights `[n, c, k, k]` with a bias `[n]`, packed for one kernel; k is 3, 5 or 7.
#[derive(Clone, Debug)]
pub struct PackedStem<E: Element = f32> {
    kernel: &'static StemKernel<E>,
    /// `[n, c · k · k]`
    pub(super) matrix: PackedMatrix,
    /// The same weights in parts, if the kernel has a way for them.
    pub(super) parts: Option<PackedMatrix<bf16>>,
    /// Taps along one side of the filter.
    taps: usize,
}

impl<E: Element> PackedStem<E> {
    /// Packs weights `[n, c, k, k]` of `taps` = k.
    ///
    /// # Panics
    /// If a length does not match, or for another k.
    pub fn new(kernel: &'static StemKernel<E>, weights: Weights, taps: usize) -> Self {
        let depth = weights.values.len() / weights.bias.len().max(1);
        assert!([3, 5, 7].contains(&taps) && depth.is_multiple_of(taps * taps), "a stem of 3, 5 or 7 taps");
        let parts = kernel.parts.as_ref().and_then(|parts| (parts.pack)(weights, taps));
        Self { kernel, matrix: PackedMatrix::new(&kernel.packing, weights, depth, depth), parts, taps }
    }

    /// Taps along one side of the filter.
    pub fn taps(&self) -> usize {
        self.taps
    }

    /// Output channels.
    pub fn n(&self) -> usize {
        self.matrix.n()
    }

    /// Rows of pixels, over all channels, that one output row depends on.
    pub(super) fn rows(&self) -> usize {
        self.matrix.k() / self.taps
    }

    /// The convolution of pictures of this geometry.
    ///
    /// # Panics
    /// If it is not that of the filter with a stride of 2.
    pub fn with_geometry(&self, geometry: Conv2dGeometry, activation: Activation) -> Stem<'_, E> {
        let Conv2dGeometry { rows, columns } = &geometry;
        let fits =
            |axis: &&Axis| (axis.taps, axis.stride) == (self.taps, STRIDE) && axis.has_narrow_padding();
        assert!([rows, columns].iter().all(fits), "geometry of a stem");
        Stem { packed: self, geometry, activation }
    }
}

/// A stem with packed weights, bias and activation.
#[derive(Debug)]
pub struct Stem<'a, E: Element = f32> {
    pub(super) packed: &'a PackedStem<E>,
    pub(super) geometry: Conv2dGeometry,
    pub(super) activation: Activation,
}

impl<E: Element> Stem<'_, E> {
    /// The number of values in the row buffer that [`run`](Self::run) needs: the pixels under one output row, with their
    /// padding, and what the kernel stages; or the parts of the pixels under some output rows.
    pub fn row_buffer_len(&self) -> usize {
        if let Some(parts) = self.parts_kernel() {
            return (parts.buffered)(self);
        }
        self.pixels() + (self.packed.kernel.staged)(self.packed.n()) * self.geometry.columns.output
    }

    /// The kernel that multiplies parts of pixels and weights, if it has packed these weights.
    fn parts_kernel(&self) -> Option<&StemParts<E>> {
        self.packed.parts.as_ref().and(self.packed.kernel.parts.as_ref())
    }

    /// Whether pixels and weights are multiplied as sums of two values of bf16, which drops the products of the smaller
    /// ones.
    pub fn multiplies_parts(&self) -> bool {
        self.parts_kernel().is_some()
    }

    /// The number of values in the row buffer that are pixels.
    pub(super) fn pixels(&self) -> usize {
        self.packed.rows() * self.row_stride()
    }

    /// Pixels of a padded row.
    pub(super) fn row_stride(&self) -> usize {
        let columns = &self.geometry.columns;
        columns.before + columns.input + columns.after
    }

    /// Computes rows `first_row..` of `[n/B, out_h, out_w, B]`, as many as `output` holds, from `picture` `[c, h, w]`.
    ///
    /// Before activation, within `(k·k·c + 2)·ε·(|b| + Σ|x·w|)` of
    /// [`reference::convolution`](super::reference::convolution), ε = `f32::EPSILON`; then rounded to `E`. If the kernel
    /// multiplies [parts](Self::multiplies_parts), `128·ε·Σ|x·w|` is added.
    ///
    /// # Panics
    /// If a shape does not match the geometry.
    pub fn run(
        &self,
        picture: &[f32],
        first_row: usize,
        row_buffer: &mut [f32],
        mut output: FeatureMapMut<E>,
    ) {
        let Conv2dGeometry { rows, columns } = &self.geometry;
        if columns.output == 0 {
            return;
        }
        let channels = self.packed.rows() / self.packed.taps;
        assert_eq!(picture.len(), channels * rows.input * columns.input, "length of a picture");
        assert_eq!(output.blocks(), blocks_of::<E>(self.packed.n()), "channels of a stem's output");
        assert_eq!(row_buffer.len(), self.row_buffer_len(), "length of a stem's row buffer");
        assert!(output.positions().is_multiple_of(columns.output), "whole rows of a stem's output");
        let count = output.positions() / columns.output;
        assert!(first_row + count <= rows.output, "{count} rows from {first_row} of {}", rows.output);
        if let Some(parts) = self.parts_kernel() {
            // SAFETY: a kernel is reached only through an available `Isa`; it packed the weights; the shapes were asserted.
            return unsafe { (parts.run)(self, picture, first_row, row_buffer, output) };
        }
        for index in 0..count {
            self.pad_rows(picture, first_row + index, &mut row_buffer[..self.pixels()]);
            let start = index * columns.output;
            let row = output.reborrow().slice_positions(start..start + columns.output);
            // SAFETY: a kernel is reached only through an available `Isa`; `PackedStem::new` packed the weights for it;
            // the shapes were asserted above.
            unsafe { (self.packed.kernel.run)(self, row_buffer, row) }
        }
    }

    /// Copies the pixels that output row `oy` depends on: `[c, k, row_stride]`, zeros for padding.
    fn pad_rows(&self, picture: &[f32], oy: usize, row_buffer: &mut [f32]) {
        let Conv2dGeometry { rows, columns } = &self.geometry;
        let taps = rows.taps_of(oy);
        for (index, to) in row_buffer.chunks_exact_mut(self.row_stride()).enumerate() {
            let (channel, ky) = (index / self.packed.taps, index % self.packed.taps);
            if taps.contains(&ky) {
                let row = channel * rows.input + rows.position(oy, ky);
                to[..columns.before].fill(0.0);
                to[columns.before..][..columns.input]
                    .copy_from_slice(&picture[row * columns.input..][..columns.input]);
                to[columns.before + columns.input..].fill(0.0);
            } else {
                to.fill(0.0);
            }
        }
    }
}

/// Computes one output row from its pixels, which are at the start of `row_buffer`.
///
/// # Safety
/// As for [`StemKernel::run`], with `S`'s instructions.
#[inline(always)]
pub(super) unsafe fn run<S: Simd>(job: &Stem, row_buffer: &mut [f32], output: FeatureMapMut) {
    // SAFETY: `Stem::run` asserted the lengths.
    unsafe { row::<S, _>(job, row_buffer, output) }
}

/// Computes one row of sums in `f32`, and applies their activation.
///
/// # Safety
/// As for [`StemKernel::run`], with `S`'s instructions; `output` has the channels and the columns of the job.
#[inline(always)]
pub(super) unsafe fn row<S: Simd, E: Element>(job: &Stem<E>, row_buffer: &[f32], mut output: FeatureMapMut) {
    let matrix = &job.packed.matrix;
    debug_assert_eq!(output.blocks(), blocks(job.packed.n()), "channels of a row of sums");
    for channels in panel_layout::<S>().panels(output.blocks() * CHANNEL_BLOCK) {
        // SAFETY: `Stem::run` asserted the length of the row buffer and the channels of the output. `with_geometry`
        // asserted narrow padding: the last tap of the last output is within its padded row.
        unsafe {
            let microkernel = Microkernel {
                runs: job.packed.rows(),
                input: row_buffer.as_ptr(),
                run_stride: job.row_stride(),
                panel: matrix.panels.as_ptr().add(channels.start * matrix.depth),
                bias: matrix.bias.as_ptr().add(channels.start),
                blocks: channels.len() / CHANNEL_BLOCK,
                shortcut: None,
                output: output.as_mut_ptr().add(channels.start / CHANNEL_BLOCK * output.block_stride()),
                output_stride: output.block_stride(),
                activation: job.activation,
            };
            let (vectors, count) = (channels.len().div_ceil(S::LANES), output.positions());
            match job.packed.taps {
                3 => microkernel.run::<S, Pixels<3>>(vectors, count),
                5 => microkernel.run::<S, Pixels<5>>(vectors, count),
                _ => microkernel.run::<S, Pixels<7>>(vectors, count),
            }
        }
    }
}

/// The taps of a row of pixels, two pixels further for the next output.
struct Pixels<const TAPS: usize>;

impl<const TAPS: usize> RowAccess for Pixels<TAPS> {
    const RUN: usize = TAPS;
    const POSITION_STRIDE: usize = STRIDE;
    const OVERLAPS: bool = true;
}
