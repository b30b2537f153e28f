//! The pointwise convolution: a matrix product over channels, the same at every position.

use std::ops::Range;

use super::context::share_count;
use super::size::Size;
use crate::kernels::pointwise::PackedPointwise;
use crate::kernels::team::Team;
use crate::kernels::work_queue::{SplitAxis, WorkQueue};
use crate::kernels::{FeatureMap, FeatureMapMut, isa};
use crate::models::load::ConvWeights;
use crate::nn::Activation;

/// A 1 x 1 convolution of stride 1 with bias and activation.
#[derive(Debug)]
pub struct Pointwise {
    weights: PackedPointwise,
    activation: Activation,
}

impl Pointwise {
    /// `filter` is `[out, in, 1, 1]`.
    pub fn new(filter: &ConvWeights, activation: Activation) -> Self {
        let kernel = &isa::active().pointwise;
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
    pub fn run(&self, team: &Team, input: FeatureMap, shortcut: Option<FeatureMap>, output: FeatureMapMut) {
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
        input: FeatureMap,
        shortcut: Option<FeatureMap>,
        output: FeatureMapMut,
    ) {
        self.weights.slice_blocks(blocks, self.activation).run(input, shortcut, output);
    }

    /// Weights and bias without the activation, on the calling thread.
    ///
    /// # Panics
    /// If a shape does not match.
    pub fn affine(&self, input: FeatureMap, output: FeatureMapMut) {
        self.weights.with_activation(Activation::Linear).run(input, None, output);
    }

    /// What follows the bias.
    pub fn activation(&self) -> Activation {
        self.activation
    }

    /// Blocks of output channels.
    pub fn blocks(&self) -> usize {
        crate::kernels::blocks(self.weights.n())
    }

    /// Blocks of output channels that the kernel computes together.
    pub fn panel_blocks(&self) -> usize {
        self.weights.panel_blocks()
    }
}
