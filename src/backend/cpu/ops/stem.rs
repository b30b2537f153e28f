//! The stem: the convolution that sees the picture.

use super::{ExecContext, Size, lock, shares};
use crate::backend::conv::ConvParams;
use crate::kernels::feature_map::{Along, Shares};
use crate::kernels::stem::PackedStem;
use crate::kernels::{FeatureMapMut, isa};
use crate::models::load::ConvWeights;
use crate::nn::Conv2dGeometry;

/// A k x k convolution of stride 2 over all channels of a planar picture, with bias and activation.
#[derive(Debug)]
pub struct Stem {
    packed: PackedStem,
    setting: ConvParams,
}

impl Stem {
    /// `filter` is `[out, in, k, k]`, k one of 3, 5 and 7.
    ///
    /// # Panics
    /// For another k.
    pub fn new(filter: &ConvWeights, setting: ConvParams) -> Self {
        Self { packed: PackedStem::new(isa::active(), filter.weights(), filter.shape[2]), setting }
    }

    /// The shape of the output.
    ///
    /// # Panics
    /// If `input` is empty.
    pub fn output(&self, input: Size) -> Size {
        let geometry = self.geometry(input);
        Size { h: geometry.rows.output, w: geometry.columns.output, c: self.packed.n() }
    }

    fn geometry(&self, input: Size) -> Conv2dGeometry {
        Conv2dGeometry::new(input.h, input.w, self.packed.taps(), self.setting.stride, self.setting.padding)
    }

    /// A picture `[C, H, W]` of shape `size` to a feature map.
    ///
    /// # Panics
    /// If a shape does not match, or there are fewer strips than threads.
    pub fn run(&self, crew: ExecContext, picture: &[f32], size: Size, output: FeatureMapMut) {
        let width = self.output(size).w;
        let shares = Shares::tapering(output, Along::Positions, width, shares(crew.team));
        crew.team.run(&|thread| {
            let pixels = &mut lock(&crew.strips[thread]).pixels;
            while let Some((positions, output)) = shares.claim() {
                self.part(picture, size, positions.start / width, pixels, output);
            }
        });
    }

    /// A picture `[C, H, W]` of shape `size` to the rows of outputs from `first_row` on, on this thread alone;
    /// `pixels` holds what a row of outputs sees.
    ///
    /// # Panics
    /// If a shape does not match.
    pub fn part(
        &self,
        picture: &[f32],
        size: Size,
        first_row: usize,
        pixels: &mut Vec<f32>,
        output: FeatureMapMut,
    ) {
        let stem = self.packed.over(self.geometry(size), self.setting.activation);
        stem.run(picture, first_row, super::grown(pixels, stem.pixels()), output);
    }
}
