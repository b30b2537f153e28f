//! The pointwise convolution: a matrix product of positions and channels.
//!
//! Input `[k/B, m, B]` and output `[n/B, m, B]` are [`FeatureMap`]s of `m` positions. Weights are packed once into
//! panels of two vectors of channels, so that a tile of positions by one panel stays in registers through all of `k`
//! (the scheme of Goto and van de Geijn, "Anatomy of high-performance matrix multiplication", 2008).
//!
//! Why not a library's product (`gemm`, `matrixmultiply`): they take and give row-major matrices, so that every layer
//! would rearrange its maps, and they end before bias, activation and shortcut.

#![expect(unsafe_code, reason = "pointers into checked feature maps")]

use std::ops::Range;

use super::element::Element;
use super::feature_map::{FeatureMap, FeatureMapMut};
use super::layout::{CHANNEL_BLOCK, blocks_of, padded};
use super::microkernel::{Microkernel, PANEL_VECTORS, RowAccess, panel_layout, tile_rows};
use super::packed_matrix::{PackedMatrix, Packing};
use super::simd::Simd;
use super::weights::Weights;
use crate::nn::Activation;

/// Computes a product from an input and a shortcut into an output.
type Run<E> = unsafe fn(&Pointwise<E>, FeatureMap<E>, Option<FeatureMap<E>>, FeatureMapMut<E>);

/// The kernel of one instruction set for one element type.
#[derive(Debug)]
pub struct PointwiseKernel<E: Element = f32> {
    pub(super) packing: Packing<E>,
    /// Rows of the tallest tile.
    pub(super) tile_rows: usize,
    /// # Safety
    /// The processor has the kernel's instructions, `packing` packed the weights, and the shapes are those that
    /// [`Pointwise::run`] asserts.
    pub(super) run: Run<E>,
    /// Computes the product with one vector of `depth` values; the vector and the outputs stay `f32`.
    ///
    /// # Safety
    /// As for `run`, with the shapes that [`Pointwise::run_vector`] asserts.
    pub(super) run_vector: unsafe fn(&Pointwise<E>, &[f32], &mut [f32]),
}

/// Weights `[n, k]` with a bias `[n]`, packed for one kernel.
#[derive(Clone, Debug)]
pub struct PackedPointwise<E: Element = f32> {
    kernel: &'static PointwiseKernel<E>,
    matrix: PackedMatrix<E>,
}

impl<E: Element> PackedPointwise<E> {
    /// Packs weights `[n, k]`.
    ///
    /// # Panics
    /// If a length does not match.
    pub fn new(kernel: &'static PointwiseKernel<E>, weights: Weights, k: usize) -> Self {
        Self { kernel, matrix: PackedMatrix::new(&kernel.packing, weights, k, padded::<E>(k)) }
    }

    /// Input channels.
    pub fn k(&self) -> usize {
        self.matrix.k()
    }

    /// Output channels.
    pub fn n(&self) -> usize {
        self.matrix.n()
    }

    /// Blocks of output channels that are computed together: where the product may be cut.
    pub fn panel_blocks(&self) -> usize {
        self.kernel.packing.panels.width().div_ceil(E::BLOCK)
    }

    /// Positions that are computed together.
    pub fn tile_rows(&self) -> usize {
        self.kernel.tile_rows
    }

    /// All blocks of output channels.
    pub fn with_activation(&self, activation: Activation) -> Pointwise<'_, E> {
        self.slice_blocks(0..blocks_of::<E>(self.n()), activation)
    }

    /// Some blocks of output channels, from and to a multiple of [`panel_blocks`](Self::panel_blocks), or to the last.
    ///
    /// # Panics
    /// If the range is another one.
    pub fn slice_blocks(&self, blocks: Range<usize>, activation: Activation) -> Pointwise<'_, E> {
        let PackedMatrix { depth, panels, bias, .. } = &self.matrix;
        let channels = blocks.start * E::BLOCK..blocks.end * E::BLOCK;
        let all = self.matrix.channels();
        let is_edge = |channel| self.kernel.packing.panels.is_edge(all, channel);
        assert!(is_edge(channels.start) && is_edge(channels.end), "blocks {blocks:?} cut a panel");
        // The last panel ends with a whole vector.
        let stored = channels.start..if channels.end == all { bias.len() } else { channels.end };
        Pointwise {
            kernel: self.kernel,
            k: self.k(),
            depth: *depth,
            channels: channels.len(),
            n: self.n().saturating_sub(channels.start),
            panels: &panels[stored.start * depth..stored.end * depth],
            bias: &bias[stored],
            activation,
        }
    }
}

/// A product with packed weights, bias and activation.
#[derive(Debug)]
pub struct Pointwise<'a, E: Element = f32> {
    kernel: &'static PointwiseKernel<E>,
    /// Input channels, without padding.
    pub(super) k: usize,
    /// Input channels, in whole blocks.
    pub(super) depth: usize,
    /// Output channels, in whole blocks.
    pub(super) channels: usize,
    /// The number of output channels without padding, counted from the first one of this part.
    pub(super) n: usize,
    pub(super) panels: &'a [E],
    pub(super) bias: &'a [f32],
    pub(super) activation: Activation,
}

impl<E: Element> Pointwise<'_, E> {
    /// Computes `output` `[n/B, m, B]` from `input` `[k/B, m, B]`; `shortcut`, of the same shape, is added after the
    /// activation.
    ///
    /// Before activation, within `(k + 2)·ε·(|b| + Σ|x·w|)` of
    /// [`reference::pointwise`](super::reference::pointwise) with the rounded weights, ε = `f32::EPSILON`; then rounded
    /// to `E`.
    ///
    /// # Panics
    /// If the shapes do not match, or if there is a shortcut and the activation is not a clamp.
    pub fn run(&self, input: FeatureMap<E>, shortcut: Option<FeatureMap<E>>, output: FeatureMapMut<E>) {
        let shape = (self.channels / E::BLOCK, output.positions());
        assert_eq!((output.blocks(), output.positions()), shape, "shape of a pointwise output");
        let input_shape = (input.blocks() * E::BLOCK, input.positions());
        assert_eq!(input_shape, (self.depth, shape.1), "shape of a pointwise input");
        if let Some(shortcut) = shortcut {
            assert_eq!((shortcut.blocks(), shortcut.positions()), shape, "shape of a pointwise shortcut");
            assert!(self.activation.is_clamp(), "a shortcut after {:?}", self.activation);
        }
        // SAFETY: a kernel is reached only through an available `Isa`; `PackedPointwise::new` packed the weights for it;
        // the shapes were asserted just now.
        unsafe { (self.kernel.run)(self, input, shortcut, output) }
    }

    /// Computes one vector `[n]` from `[k]`, both with their last block padded. This takes as long as reading the
    /// weights.
    ///
    /// Before activation, as accurate as [`run`](Self::run). Nothing is rounded to `E`.
    ///
    /// # Panics
    /// If the lengths do not match.
    pub fn run_vector(&self, input: &[f32], output: &mut [f32]) {
        assert_eq!((input.len(), output.len()), (self.depth, self.channels), "lengths of a vector's product");
        // SAFETY: as in `run`.
        unsafe { (self.kernel.run_vector)(self, input, output) }
    }
}

/// Bytes of input that stay in the L2 cache while all panels pass over them.
const RESIDENT_BYTES: usize = 256 << 10;

/// The product, some tiles of rows at a time.
///
/// # Safety
/// As for [`PointwiseKernel::run`], with `S`'s instructions.
#[inline(always)]
pub(super) unsafe fn run<S: Simd>(
    job: &Pointwise,
    input: FeatureMap,
    shortcut: Option<FeatureMap>,
    mut output: FeatureMapMut,
) {
    let m = output.positions();
    let resident =
        (RESIDENT_BYTES / (4 * job.depth.max(1))).max(1).next_multiple_of(tile_rows::<S>(PANEL_VECTORS));
    for start in (0..m).step_by(resident) {
        let rows = start..m.min(start + resident);
        for channels in panel_layout::<S>().calls(job.channels, m) {
            let block = channels.start / CHANNEL_BLOCK;
            // SAFETY: `Pointwise::run` asserted that input, output and shortcut have all of `m` positions, the input
            // `depth` channels and the others the job's; `slice_blocks` cut panels and bias of whole vectors for these, in
            // this layout.
            unsafe {
                let at =
                    |base: *const f32, stride: usize| base.add(block * stride + rows.start * CHANNEL_BLOCK);
                let microkernel = Microkernel {
                    runs: job.depth / CHANNEL_BLOCK,
                    input: input.as_ptr().add(rows.start * CHANNEL_BLOCK),
                    run_stride: input.block_stride(),
                    panel: job.panels.as_ptr().add(channels.start * job.depth),
                    bias: job.bias.as_ptr().add(channels.start),
                    blocks: channels.len() / CHANNEL_BLOCK,
                    shortcut: shortcut.map(|map| (at(map.as_ptr(), map.block_stride()), map.block_stride())),
                    output: at(output.as_mut_ptr(), output.block_stride()).cast_mut(),
                    output_stride: output.block_stride(),
                    activation: job.activation,
                };
                microkernel.run::<S, ChannelBlock>(channels.len().div_ceil(S::LANES), rows.len());
            }
        }
    }
}

/// Multiplies one vector, as a feature map with one position.
///
/// # Safety
/// As for [`PointwiseKernel::run_vector`], with `S`'s instructions.
#[inline(always)]
pub(super) unsafe fn run_vector<S: Simd>(job: &Pointwise, input: &[f32], output: &mut [f32]) {
    // SAFETY: `Pointwise::run_vector` asserted the lengths of maps of one position.
    unsafe { run::<S>(job, FeatureMap::new(input, 1), None, FeatureMapMut::new(output, 1)) }
}

/// The eight channels of a block, position after position.
struct ChannelBlock;

impl RowAccess for ChannelBlock {
    const RUN: usize = CHANNEL_BLOCK;
    const POSITION_STRIDE: usize = CHANNEL_BLOCK;
    const OVERLAPS: bool = false;
}
