//! All positions at once, a few channels at a time: they are made and filtered while they are in the L1 cache.
//!
//! Nothing is computed twice, but threads wait for each other before the projection.

use std::ops::Range;

use super::block::Expansion;
use super::pass::Pass;
use crate::backend::cpu::ops::context::{ExecContext, share_count};
use crate::backend::cpu::ops::scratch::{grown, lock};
use crate::kernels::work_queue::{SplitAxis, WorkQueue};
use crate::kernels::{AlignedVec, Element, FeatureMap, FeatureMapMut};

impl<E: Element> Pass<'_, E> {
    /// The whole output.
    pub(super) fn by_channels(
        &self,
        context: ExecContext<E>,
        shortcut: Option<FeatureMap<E>>,
        output: FeatureMapMut<E>,
    ) {
        let ExecContext { team, scratch, .. } = context;
        let size = self.op.depthwise.output(self.hidden);
        // The first thread's buffer serves them all.
        let mut filtered = std::mem::take(&mut lock(&scratch[0]).filtered);
        let values = grown(&mut filtered, size.values::<E>());
        let unit =
            if let Expansion::Pointwise(expand) = &self.op.expansion { expand.panel_blocks() } else { 1 };
        let map = FeatureMapMut::new(values, size.positions());
        let queue = WorkQueue::guided(map, SplitAxis::Blocks, unit, share_count(team));
        team.broadcast(&|thread| {
            let hidden = &mut lock(&scratch[thread]).hidden;
            while let Some((blocks, filtered)) = queue.next() {
                self.filter(blocks, hidden, filtered);
            }
        });
        if let Some(squeeze_excite) = &self.op.squeeze_excite {
            let scratch = &mut lock(&scratch[0]).squeeze_excite;
            self.time_squeeze_excite(|| squeeze_excite.run(team, values, size, scratch));
        }
        let values = FeatureMap::new(values, size.positions());
        self.time_project(|| self.op.project.run(team, values, shortcut, output));
        lock(&scratch[0]).filtered = filtered;
    }

    /// Some blocks of the filtered map.
    fn filter(&self, blocks: Range<usize>, hidden: &mut AlignedVec<E>, mut filtered: FeatureMapMut<E>) {
        let positions = self.hidden.positions();
        for step in self.channel_steps(positions, blocks.clone()) {
            let input = self.input.map(self.size);
            let hidden = if let Expansion::Pointwise(expand) = &self.op.expansion {
                let values = grown(hidden, step.len() * E::BLOCK * positions);
                let output = FeatureMapMut::new(values, positions);
                self.time_expansion(|| expand.compute(step.clone(), input, None, output));
                FeatureMap::new(values, positions)
            } else {
                input.slice_blocks(step.clone())
            };
            let output = filtered.reborrow().slice_blocks(step.start - blocks.start..step.end - blocks.start);
            self.time_depthwise(|| self.op.depthwise.compute(step, hidden, self.geometry, 0, output));
        }
    }
}
