//! The pointwise convolution: a matrix product over channels, at every position alike.

use std::ops::Range;

use super::{Size, Team, shares};
use crate::kernels::feature_map::{Along, Shares};
use crate::kernels::pointwise::PackedMatrix;
use crate::kernels::{FeatureMap, FeatureMapMut, isa};
use crate::models::load::ConvWeights;
use crate::nn::Activation;

/// A 1 x 1 convolution of stride 1 with bias and activation.
#[derive(Debug)]
pub struct Pointwise {
    matrix: PackedMatrix,
    activation: Activation,
}

impl Pointwise {
    /// `filter` is `[out, in, 1, 1]`.
    pub fn new(filter: &ConvWeights, activation: Activation) -> Self {
        let matrix = PackedMatrix::new(isa::active(), filter.weights(), filter.shape[1]);
        Self { matrix, activation }
    }

    /// The shape of the output.
    pub fn output(&self, input: Size) -> Size {
        Size { c: self.matrix.n(), ..input }
    }

    /// A feature map to a feature map of as many positions, `shortcut` added to the result.
    ///
    /// # Panics
    /// If a shape does not match.
    pub fn run(&self, team: &Team, input: FeatureMap, shortcut: Option<FeatureMap>, output: FeatureMapMut) {
        // Threads read all of what is not cut: better that the smaller of input and weights.
        let isa = self.matrix.isa();
        let by_blocks = output.positions() < self.matrix.n();
        let (along, unit) =
            if by_blocks { (Along::Blocks, isa.panel_blocks) } else { (Along::Positions, isa.tile_rows) };
        let shares = Shares::tapering(output, along, unit, shares(team));
        team.run(&|_| {
            while let Some((range, output)) = shares.claim() {
                if by_blocks {
                    let shortcut = shortcut.map(|shortcut| shortcut.of(range.clone()));
                    self.part(range, input, shortcut, output);
                } else {
                    let shortcut = shortcut.map(|shortcut| shortcut.at(range.clone()));
                    self.part(0..output.blocks(), input.at(range), shortcut, output);
                }
            }
        });
    }

    /// Some blocks of channels out, on this thread alone: from and to a multiple of [`panel_blocks`](Self::panel_blocks),
    /// or to the last.
    ///
    /// # Panics
    /// If a shape does not match.
    pub fn part(
        &self,
        blocks: Range<usize>,
        input: FeatureMap,
        shortcut: Option<FeatureMap>,
        output: FeatureMapMut,
    ) {
        self.matrix.of(blocks, self.activation).run(input, shortcut, output);
    }

    /// Blocks of channels out.
    pub fn blocks(&self) -> usize {
        crate::kernels::blocks(self.matrix.n())
    }

    /// Blocks of channels that are made at once.
    pub fn panel_blocks(&self) -> usize {
        self.matrix.isa().panel_blocks
    }
}
