//! Depthwise convolution: one `k` x `k` filter per channel (arXiv:1704.04861, section 3.1).
//!
//! Feature maps are `[c/B, h, w, B]`. A block of channels is swept row by row, so that its plane and its filters stay
//! in the L1 cache; lanes hold channels, so that every stride and every border loads whole vectors. A vector longer than
//! a block also holds the neighbouring position, where the stride is 1.

#![expect(unsafe_code, reason = "pointers into checked feature maps")]

mod channels;
mod plane;
mod zeros;

use std::ops::Range;

use super::aligned_vec::AlignedVec;
use super::element::Element;
use super::feature_map::{FeatureMap, FeatureMapMut};
use super::layout::padded;
use super::weights::{Weights, scaled};
use crate::nn::{Activation, Conv2dGeometry};
pub(super) use channels::Channels;
use plane::{Neighbours, Plane, SinglePositions, Way, has_neighbours};
pub(super) use zeros::zeros;

/// The kernel of one instruction set for one element type.
#[derive(Debug)]
pub struct DepthwiseKernel<E: Element = f32> {
    /// Where the filter of each channel is packed within its block: [`Channels::place`].
    pub(super) place: fn(usize) -> usize,
    /// # Safety
    /// The processor has the kernel's instructions; the shapes are those that [`Depthwise::run`] asserts.
    pub(super) run: unsafe fn(&Depthwise<E>, FeatureMap<E>, usize, FeatureMapMut<E>),
}

/// Filters `[c, k, k]` with a bias `[c]`, packed as `[c/B, k, k, B]`. They stay `f32`, because there are few and they
/// are read often.
#[derive(Clone, Debug)]
pub struct PackedFilters<E: Element = f32> {
    kernel: &'static DepthwiseKernel<E>,
    channels: usize,
    filters: AlignedVec<f32>,
    bias: AlignedVec<f32>,
}

impl<E: Element> PackedFilters<E> {
    /// Packs filters `[c, k, k]`.
    ///
    /// # Panics
    /// If a length does not match, or if there are no channels.
    pub fn new(kernel: &'static DepthwiseKernel<E>, weights: Weights) -> Self {
        let Weights { values: filters, scale, bias } = weights;
        let channels = bias.len();
        assert!(channels > 0 && filters.len().is_multiple_of(channels), "length of depthwise filters");
        assert_eq!(scale.len(), channels, "depthwise scales");
        let taps = filters.len() / channels;
        let mut packed = AlignedVec::new(padded::<E>(channels) * taps);
        for (channel, filter) in filters.chunks_exact(taps.max(1)).enumerate() {
            let block = &mut packed[channel / E::BLOCK * E::BLOCK * taps..];
            let place = (kernel.place)(channel % E::BLOCK);
            for (tap, weight) in filter.iter().enumerate() {
                block[tap * E::BLOCK + place] = scaled(*weight, scale[channel]);
            }
        }
        let mut placed = AlignedVec::new(padded::<E>(channels));
        for (channel, bias) in bias.iter().enumerate() {
            placed[channel / E::BLOCK * E::BLOCK + (kernel.place)(channel % E::BLOCK)] = *bias;
        }
        Self { kernel, channels, filters: packed, bias: placed }
    }

    /// Channels.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// The convolution of some blocks of channels of inputs of this geometry.
    ///
    /// # Panics
    /// If the filter is not square, has another size, or the range is out of bounds.
    pub fn with_geometry(
        &self,
        geometry: Conv2dGeometry,
        blocks: Range<usize>,
        activation: Activation,
    ) -> Depthwise<'_, E> {
        assert_eq!(geometry.rows.taps, geometry.columns.taps, "depthwise filters are square");
        let taps = geometry.rows.taps * geometry.columns.taps;
        assert_eq!(self.filters.len(), taps * self.bias.len(), "taps of depthwise filters");
        let channels = blocks.start * E::BLOCK..blocks.end * E::BLOCK;
        Depthwise {
            kernel: self.kernel,
            filters: &self.filters[channels.start * taps..channels.end * taps],
            bias: &self.bias[channels],
            geometry,
            activation,
        }
    }
}

/// A depthwise convolution with packed filters, bias and activation.
#[derive(Debug)]
pub struct Depthwise<'a, E: Element = f32> {
    kernel: &'static DepthwiseKernel<E>,
    pub(super) filters: &'a [f32],
    pub(super) bias: &'a [f32],
    pub(super) geometry: Conv2dGeometry,
    pub(super) activation: Activation,
}

impl<E: Element> Depthwise<'_, E> {
    /// Computes rows `first_row..` of `[c/B, out_h, out_w, B]`, as many as `output` holds, from `input` `[c/B, h, w, B]`.
    ///
    /// `input` may be a ring buffer of fewer than `h` rows, with row `y` in slot `y % rows`, as long as it holds all
    /// rows that these outputs depend on.
    ///
    /// Before activation, within `(k·k + 1)·ε·(|b| + Σ|x·w|)` of
    /// [`reference::depthwise`](super::reference::depthwise), ε = `f32::EPSILON`; then rounded to `E`.
    ///
    /// # Panics
    /// If the shapes do not match the geometry.
    pub fn run(&self, input: FeatureMap<E>, first_row: usize, output: FeatureMapMut<E>) {
        let Conv2dGeometry { rows, columns } = &self.geometry;
        if columns.output == 0 {
            return;
        }
        let blocks = self.bias.len() / E::BLOCK;
        assert_eq!((input.blocks(), output.blocks()), (blocks, blocks), "depthwise channels");
        assert!(output.positions().is_multiple_of(columns.output), "whole rows of a depthwise output");
        let last_row = first_row + output.positions() / columns.output;
        assert!(last_row <= rows.output, "rows {first_row}..{last_row} of {}", rows.output);
        let held = input.positions() / columns.input;
        assert!(held > 0 && input.positions() == held * columns.input, "whole rows of a depthwise input");
        let needed = rows.inputs(first_row..last_row).len();
        assert!(needed <= held, "{needed} rows of input in a ring of {held}");
        // SAFETY: a kernel is reached only through an available `Isa`; the shapes were asserted just now.
        unsafe { (self.kernel.run)(self, input, first_row, output) }
    }
}

/// The convolution, with neighbouring positions in a vector where it holds some and the geometry allows it.
///
/// # Safety
/// As for [`DepthwiseKernel::run`], with the instructions of `V`.
#[inline(always)]
pub(super) unsafe fn run<E: Element, V: Channels<E>>(
    job: &Depthwise<E>,
    input: FeatureMap<E>,
    first_row: usize,
    output: FeatureMapMut<E>,
) {
    // SAFETY: the caller's guarantees are those that `by_blocks` asks for, and the geometry is checked here.
    unsafe {
        if const { V::POSITIONS > 1 } && has_neighbours(&job.geometry) {
            by_blocks::<E, Neighbours<V>>(job, input, first_row, output);
        } else {
            by_blocks::<E, SinglePositions<V::OnePosition>>(job, input, first_row, output);
        }
    }
}

/// The convolution, block by block and row by row.
///
/// # Safety
/// As for [`DepthwiseKernel::run`], with the instructions of the vectors of `W`, and a geometry that `W` can compute.
#[inline(always)]
unsafe fn by_blocks<E: Element, W: Way<E>>(
    job: &Depthwise<E>,
    input: FeatureMap<E>,
    first_row: usize,
    mut output: FeatureMapMut<E>,
) {
    let count = const { <W::Vector as Channels<E>>::COUNT };
    const {
        let (count, positions) = (<W::Vector as Channels<E>>::COUNT, <W::Vector as Channels<E>>::POSITIONS);
        assert!(count > 0 && E::BLOCK.is_multiple_of(count), "a vector lies within a block");
        assert!(positions == 1 || count == E::BLOCK, "neighbouring positions of whole blocks");
    }
    let Conv2dGeometry { rows, columns } = &job.geometry;
    let taps = rows.taps * columns.taps;
    for block in 0..output.blocks() {
        for lane in (0..E::BLOCK).step_by(count) {
            // SAFETY: `Depthwise::run` asserted that input, output and bias have as many blocks, `with_geometry` that
            // the filters have; input and output hold the rows that `plane` needs.
            unsafe {
                let plane = Plane {
                    geometry: job.geometry,
                    input: input.as_ptr().add(block * input.block_stride() + lane),
                    held: input.positions() / columns.input,
                    filters: job.filters.as_ptr().add(block * taps * E::BLOCK + lane),
                    bias: job.bias.as_ptr().add(block * E::BLOCK + lane),
                    output: output.as_mut_ptr().add(block * output.block_stride() + lane),
                    rows: first_row..first_row + output.positions() / columns.output,
                    activation: job.activation,
                };
                W::run(&plane);
            }
        }
        // SAFETY: the positions of the block have just been written.
        unsafe {
            let written = output.as_mut_ptr().add(block * output.block_stride());
            W::Vector::finish_in_memory(job.activation, written, output.positions() * E::BLOCK);
        }
    }
}
