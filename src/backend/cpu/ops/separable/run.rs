//! Chooses between the two ways through a [`Separable`].

use super::block::{Expansion, Separable};
use super::pass::Pass;
use crate::backend::cpu::ops::context::{ExecContext, share_count};
use crate::backend::cpu::ops::input::Input;
use crate::backend::cpu::ops::scratch::lock;
use crate::backend::cpu::ops::size::Size;
use crate::kernels::work_queue::{SplitAxis, WorkQueue};
use crate::kernels::{Element, FeatureMap, FeatureMapMut};

/// With fewer output rows per thread than this, the hidden rows that two threads both need, and compute twice, cost more
/// than waiting for each other after every layer.
const ROWS_PER_THREAD: usize = 16;

impl<E: Element> Separable<E> {
    /// A feature map (or a picture, for a stem) of shape `size` to a feature map; `shortcut` is added to it.
    ///
    /// # Panics
    /// If a shape does not match, or if there are fewer scratch buffers than threads, or fewer timers than layers.
    pub fn run(
        &self,
        context: ExecContext<E>,
        input: Input<E>,
        size: Size,
        shortcut: Option<FeatureMap<E>>,
        output: FeatureMapMut<E>,
    ) {
        let ExecContext { team, scratch, timers } = context;
        let hidden = self.hidden(size);
        let geometry = self.depthwise.geometry(hidden);
        let pass = Pass { op: self, input, size, hidden, geometry, timers };
        let few_rows = team.size() > 1 && geometry.rows.output < ROWS_PER_THREAD * team.size();
        if self.squeeze_excite.is_some() || (few_rows && !matches!(self.expansion, Expansion::Stem(_))) {
            return pass.by_channels(context, shortcut, output);
        }
        let width = geometry.columns.output;
        let queue = match self.expansion {
            Expansion::None => WorkQueue::guided(output, SplitAxis::Positions, width, share_count(team)),
            // Both sides of every boundary compute the hidden rows around it: as few shares as possible.
            _ => WorkQueue::equal(output, SplitAxis::Positions, width, team.size()),
        };
        team.broadcast(&|thread| {
            let scratch = &mut lock(&scratch[thread]);
            while let Some((positions, output)) = queue.next() {
                let shortcut = shortcut.map(|shortcut| shortcut.slice_positions(positions.clone()));
                pass.by_rows(positions.start / width..positions.end / width, shortcut, output, scratch);
            }
        });
    }
}
