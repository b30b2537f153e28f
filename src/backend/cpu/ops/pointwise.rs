//! The pointwise convolution: a matrix product over channels, the same at every position.

use std::ops::Range;

use super::context::share_count;
use super::size::Size;
use crate::kernels::isa::Kernels;
use crate::kernels::pointwise::PackedPointwise;
use crate::kernels::team::Team;
use crate::kernels::work_queue::{SplitAxis, WorkQueue};
use crate::kernels::{CHANNEL_BLOCK, Element, FeatureMap, FeatureMapMut, blocks_of};
use crate::models::load::ConvWeights;
use crate::nn::Activation;

/// A 1 x 1 convolution of stride 1 with bias and activation.
#[derive(Debug)]
pub struct Pointwise<E: Element = f32> {
    weights: PackedPointwise<E>,
    activation: Activation,
}

impl<E: Element> Pointwise<E> {
    /// `filter` is `[out, in, 1, 1]`.
    pub fn new(kernels: &'static Kernels<E>, filter: &ConvWeights, activation: Activation) -> Self {
        let kernel = &kernels.pointwise;
        Self { weights: PackedPointwise::new(kernel, filter.weights(), filter.shape[1]), activation }
    }

    /// The shape of the output.
    pub fn output(&self, input: Size) -> Size {
        Size { c: self.weights.n(), ..input }
    }

    /// A feature map to one of as many positions; `shortcut` is added to the result.
    ///
    /// # Panics
    /// If a shape does not match.
    pub fn run(
        &self,
        team: &Team,
        input: FeatureMap<E>,
        shortcut: Option<FeatureMap<E>>,
        output: FeatureMapMut<E>,
    ) {
        // Every thread reads all of what is not split, so that should be the smaller of input and weights.
        let by_blocks = output.positions() < self.weights.n();
        let (axis, unit) = if by_blocks {
            (SplitAxis::Blocks, self.weights.panel_blocks())
        } else {
            (SplitAxis::Positions, self.weights.tile_rows())
        };
        let queue = WorkQueue::guided(output, axis, unit, share_count(team));
        team.broadcast(&|_| {
            while let Some((range, output)) = queue.next() {
                if by_blocks {
                    let shortcut = shortcut.map(|shortcut| shortcut.slice_blocks(range.clone()));
                    self.compute(range, input, shortcut, output);
                } else {
                    let shortcut = shortcut.map(|shortcut| shortcut.slice_positions(range.clone()));
                    self.compute(0..output.blocks(), input.slice_positions(range), shortcut, output);
                }
            }
        });
    }

    /// Some blocks of output channels, from and to a multiple of [`panel_blocks`](Self::panel_blocks), or to the last.
    ///
    /// # Panics
    /// If a shape does not match.
    pub fn compute(
        &self,
        blocks: Range<usize>,
        input: FeatureMap<E>,
        shortcut: Option<FeatureMap<E>>,
        output: FeatureMapMut<E>,
    ) {
        self.weights.slice_blocks(blocks, self.activation).run(input, shortcut, output);
    }

    /// Applies weights and bias, but not the activation, to one vector of padded channels, on the calling thread.
    ///
    /// # Panics
    /// If a length does not match.
    pub fn affine(&self, input: &[f32], output: &mut [f32]) {
        self.weights.with_activation(Activation::Linear).run_vector(input, output);
    }

    /// The activation that follows the bias.
    pub fn activation(&self) -> Activation {
        self.activation
    }

    /// Applies the layer to one vector of padded channels, on the calling thread.
    ///
    /// # Panics
    /// If a length does not match.
    pub fn compute_vector(&self, input: &[f32], output: &mut [f32]) {
        self.weights.with_activation(self.activation).run_vector(input, output);
    }

    /// Like [`compute_vector`](Self::compute_vector), but on all threads: each reads its own part of the weights.
    ///
    /// # Panics
    /// If a length does not match.
    pub fn run_vector(&self, team: &Team, input: &[f32], output: &mut [f32]) {
        let blocks_of_f32 = E::BLOCK / CHANNEL_BLOCK;
        let unit = self.weights.panel_blocks() * blocks_of_f32;
        let queue =
            WorkQueue::guided(FeatureMapMut::new(output, 1), SplitAxis::Blocks, unit, share_count(team));
        team.broadcast(&|_| {
            while let Some((blocks, output)) = queue.next() {
                let blocks = blocks.start / blocks_of_f32..blocks.end / blocks_of_f32;
                let part = self.weights.slice_blocks(blocks, self.activation);
                part.run_vector(input, output.into_vector());
            }
        });
    }

    /// Blocks of output channels.
    pub fn blocks(&self) -> usize {
        blocks_of::<E>(self.weights.n())
    }

    /// Blocks of output channels that the kernel computes together.
    pub fn panel_blocks(&self) -> usize {
        self.weights.panel_blocks()
    }
}
