//! The depthwise convolution: one filter per channel.

use std::ops::Range;

use super::{Size, Team, shares};
use crate::backend::conv::ConvParams;
use crate::kernels::depthwise::PackedFilters;
use crate::kernels::feature_map::{Along, Shares};
use crate::kernels::{FeatureMap, FeatureMapMut, isa};
use crate::models::load::ConvWeights;
use crate::nn::Conv2dGeometry;

/// A k x k depthwise convolution with bias and activation.
#[derive(Debug)]
pub struct Depthwise {
    filters: PackedFilters,
    k: usize,
    setting: ConvParams,
}

impl Depthwise {
    /// `filter` is `[C, 1, k, k]`.
    pub fn new(filter: &ConvWeights, setting: ConvParams) -> Self {
        let filters = PackedFilters::new(isa::active(), filter.weights());
        Self { filters, k: filter.shape[2], setting }
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
        Conv2dGeometry::new(input.h, input.w, self.k, self.setting.stride, self.setting.padding)
    }

    /// A feature map of shape `size` to a feature map.
    ///
    /// # Panics
    /// If a shape does not match.
    pub fn run(&self, team: &Team, input: FeatureMap, size: Size, output: FeatureMapMut) {
        let geometry = self.geometry(size);
        let shares = Shares::tapering(output, Along::Blocks, 1, shares(team));
        team.run(&|_| {
            while let Some((blocks, output)) = shares.claim() {
                self.part(blocks.clone(), input.of(blocks), geometry, 0, output);
            }
        });
    }

    /// Some blocks of channels and the rows of outputs from `first_row` on; `input` may be a ring of rows.
    ///
    /// # Panics
    /// If a shape does not match.
    pub fn part(
        &self,
        blocks: Range<usize>,
        input: FeatureMap,
        geometry: Conv2dGeometry,
        first_row: usize,
        output: FeatureMapMut,
    ) {
        self.filters.over(geometry, blocks, self.setting.activation).run(input, first_row, output);
    }
}
