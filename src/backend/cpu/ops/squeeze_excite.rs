//! Squeeze-and-excite: each channel is scaled by a factor computed from the means of all channels (arXiv:1709.01507).

use super::context::share_count;
use super::pointwise::Pointwise;
use super::scratch::{SqueezeExciteScratch, grown};
use super::size::Size;
use crate::kernels::pool::PoolKernel;
use crate::kernels::team::Team;
use crate::kernels::work_queue::{SplitAxis, WorkQueue};
use crate::kernels::{Element, FeatureMap, FeatureMapMut};

/// The two layers of a squeeze-and-excite.
#[derive(Debug)]
pub struct SqueezeExcite<E: Element = f32> {
    /// From all channels to fewer.
    pub reduce: Pointwise<E>,
    /// Back to a factor for each channel.
    pub expand: Pointwise<E>,
    /// Takes the means and scales the channels.
    pub pool: &'static PoolKernel<E>,
}

impl<E: Element> SqueezeExcite<E> {
    /// Scales the channels of `map`, of shape `size`, in place.
    ///
    /// # Panics
    /// If a shape does not match.
    pub(super) fn run(&self, team: &Team, map: &mut [E], size: Size, scratch: &mut SqueezeExciteScratch) {
        let pooled = Size { h: 1, w: 1, c: size.c };
        let SqueezeExciteScratch { means, reduced, factors } = scratch;
        let means = grown(means, pooled.values::<E>());
        self.pool.mean(FeatureMap::new(map, size.positions()), means);
        // Too little work for more than one thread.
        let reduced = grown(reduced, self.reduce.output(pooled).values::<E>());
        self.reduce.compute_vector(means, reduced);
        let factors = grown(factors, pooled.values::<E>());
        self.expand.compute_vector(reduced, factors);

        let factors = &*factors;
        let map = FeatureMapMut::new(map, size.positions());
        let queue = WorkQueue::guided(map, SplitAxis::Blocks, 1, share_count(team));
        team.broadcast(&|_| {
            while let Some((blocks, part)) = queue.next() {
                self.pool.scale(part, &factors[blocks.start * E::BLOCK..blocks.end * E::BLOCK]);
            }
        });
    }
}
