//! Squeeze-and-excite: each channel is multiplied by what the means of all channels make of it (arXiv:1709.01507).

use super::{Pointwise, Size, Team, grown, shares};
use crate::kernels::feature_map::{Along, Shares};
use crate::kernels::pool::{mean, scale};
use crate::kernels::{CHANNEL_BLOCK, FeatureMap, FeatureMapMut};

/// Means to fewer channels, and those to a factor for each channel.
#[derive(Debug)]
pub struct SqueezeExcite {
    /// From all channels to fewer.
    pub reduce: Pointwise,
    /// Back to all, and to a factor.
    pub expand: Pointwise,
}

/// What lies between the layers of a [`SqueezeExcite`].
#[derive(Debug, Default)]
pub(super) struct SqueezeExciteScratch {
    means: Vec<f32>,
    reduced: Vec<f32>,
    factors: Vec<f32>,
}

impl SqueezeExcite {
    /// Multiplies the channels of `map`, of shape `size`, in place.
    ///
    /// # Panics
    /// If a shape does not match.
    pub(super) fn run(&self, team: &Team, map: &mut [f32], size: Size, between: &mut SqueezeExciteScratch) {
        let pooled = Size { h: 1, w: 1, c: size.c };
        let SqueezeExciteScratch { means, reduced, factors } = between;
        let means = grown(means, pooled.values());
        mean(FeatureMap::new(map, size.positions()), means);
        let reduced = grown(reduced, self.reduce.output(pooled).values());
        // Too little for more than one thread.
        let all = 0..self.reduce.blocks();
        self.reduce.part(all, FeatureMap::new(means, 1), None, FeatureMapMut::new(reduced, 1));
        let factors = grown(factors, pooled.values());
        let all = 0..self.expand.blocks();
        self.expand.part(all, FeatureMap::new(reduced, 1), None, FeatureMapMut::new(factors, 1));

        let factors = &*factors;
        let map = FeatureMapMut::new(map, size.positions());
        let shares = Shares::tapering(map, Along::Blocks, 1, shares(team));
        team.run(&|_| {
            while let Some((blocks, part)) = shares.claim() {
                scale(part, &factors[blocks.start * CHANNEL_BLOCK..blocks.end * CHANNEL_BLOCK]);
            }
        });
    }
}
