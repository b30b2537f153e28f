//! A depthwise convolution, the pointwise one behind it, and what makes its input, as one operation.
//!
//! AttentionScratch them lie the largest feature maps of a network: six times the channels of their block in an inverted
//! residual. A few channels at a time are made and filtered while they are in the first-level cache; where all positions
//! of the filtered ones do not fit the second level, they are made [strip by strip](super::row_tiling) as well.

use std::ops::Range;
use std::sync::Mutex;

use super::{Depthwise, Pointwise, Size, SqueezeExcite, Stem, Team, ThreadScratch, grown, lock, shares};
use crate::backend::cpu::layer_timers::LayerTimers;
use crate::kernels::feature_map::{Along, Shares};
use crate::kernels::{CHANNEL_BLOCK, FeatureMap, FeatureMapMut};
use crate::nn::Conv2dGeometry;

/// What makes the input of the depthwise convolution.
#[derive(Debug)]
pub enum First {
    /// It is the input of the block (arXiv:1704.04861, figure 3).
    Nothing,
    /// The first layer of a network; the input of the block is a picture.
    Stem(Stem),
    /// More channels (arXiv:1801.04381, table 1).
    Expand(Pointwise),
}

/// `first`, then `depthwise`, then `gate`, then `project`.
#[derive(Debug)]
pub struct Separable {
    /// Makes the hidden feature map; no stem if there is a gate, which sees all positions of a channel.
    pub first: First,
    /// Filters it.
    pub depthwise: Depthwise,
    /// Weighs its channels.
    pub gate: Option<SqueezeExcite>,
    /// Mixes its channels.
    pub project: Pointwise,
}

/// Who works, and where.
#[derive(Clone, Copy)]
pub struct ExecContext<'a> {
    /// The threads.
    pub team: &'a Team,
    /// Buffers for each of them.
    pub strips: &'a [Mutex<ThreadScratch>],
    /// LayerTimers of the layers.
    pub clocks: LayerTimers<'a>,
}

/// Bytes of a turn's hidden map: most of a first-level cache.
const TURN_BYTES: usize = 24 << 10;

/// Rows of outputs per thread below which the rows that two threads both need, and compute twice, cost more than to
/// wait for each other after every layer.
const ROWS_PER_THREAD: usize = 16;

impl Separable {
    /// The shape of the output.
    ///
    /// # Panics
    /// If `input` is empty.
    pub fn output(&self, input: Size) -> Size {
        self.project.output(self.depthwise.output(self.hidden(input)))
    }

    /// The shape of what the depthwise convolution sees.
    fn hidden(&self, input: Size) -> Size {
        match &self.first {
            First::Nothing => input,
            First::Stem(stem) => stem.output(input),
            First::Expand(expand) => expand.output(input),
        }
    }

    /// How many layers it is.
    pub fn layers(&self) -> usize {
        2 + usize::from(!matches!(self.first, First::Nothing)) + 2 * usize::from(self.gate.is_some())
    }

    /// A feature map (or a picture, for a stem) of shape `size` to a feature map, `shortcut` added to it.
    ///
    /// # Panics
    /// If a shape does not match, or there are fewer strips than threads, or fewer clocks than layers.
    pub fn run(
        &self,
        crew: ExecContext,
        input: &[f32],
        size: Size,
        shortcut: Option<FeatureMap>,
        output: FeatureMapMut,
    ) {
        let ExecContext { team, strips, clocks } = crew;
        let hidden = self.hidden(size);
        let geometry = self.depthwise.geometry(hidden);
        let run = Run { op: self, input, size, hidden, geometry, clocks };
        let few_rows = team.size() > 1 && geometry.rows.output < ROWS_PER_THREAD * team.size();
        if self.gate.is_some() || (few_rows && !matches!(self.first, First::Stem(_))) {
            return run.by_channels(crew, shortcut, output);
        }
        let width = geometry.columns.output;
        let shares = match self.first {
            First::Nothing => Shares::tapering(output, Along::Positions, width, shares(team)),
            // Rows at the edge between two shares are made for both: as few shares as will do.
            _ => Shares::equal(output, Along::Positions, width, team.size()),
        };
        team.run(&|thread| {
            let strip = &mut lock(&strips[thread]);
            while let Some((positions, output)) = shares.claim() {
                let shortcut = shortcut.map(|shortcut| shortcut.at(positions.clone()));
                run.rows(positions.start / width..positions.end / width, shortcut, output, strip);
            }
        });
    }
}

/// A [`Separable`] on an input.
pub(super) struct Run<'a> {
    pub(super) op: &'a Separable,
    pub(super) input: &'a [f32],
    pub(super) size: Size,
    pub(super) hidden: Size,
    pub(super) geometry: Conv2dGeometry,
    pub(super) clocks: LayerTimers<'a>,
}

impl Run<'_> {
    /// All positions at once, shared out by channels: nothing is computed twice, but threads wait for each other.
    fn by_channels(&self, crew: ExecContext, shortcut: Option<FeatureMap>, output: FeatureMapMut) {
        let ExecContext { team, strips, .. } = crew;
        let size = self.op.depthwise.output(self.hidden);
        // Of the first strip, for all threads.
        let mut filtered = std::mem::take(&mut lock(&strips[0]).filtered);
        let values = grown(&mut filtered, size.values());
        let unit = if let First::Expand(expand) = &self.op.first { expand.panel_blocks() } else { 1 };
        let map = FeatureMapMut::new(values, size.positions());
        let shares = Shares::tapering(map, Along::Blocks, unit, shares(team));
        team.run(&|thread| {
            let hidden = &mut lock(&strips[thread]).hidden;
            while let Some((blocks, filtered)) = shares.claim() {
                self.filter(blocks, hidden, filtered);
            }
        });
        if let Some(gate) = &self.op.gate {
            self.time_gate(|| gate.run(team, values, size, &mut lock(&strips[0]).excitation));
        }
        let values = FeatureMap::new(values, size.positions());
        self.time_project(|| self.op.project.run(team, values, shortcut, output));
        lock(&strips[0]).filtered = filtered;
    }

    /// Some channels of the filtered map, a panel at a time: its hidden map stays in the first-level cache.
    fn filter(&self, blocks: Range<usize>, hidden: &mut Vec<f32>, mut filtered: FeatureMapMut) {
        let positions = self.hidden.positions();
        for turn in self.turns(positions, blocks.clone()) {
            let input = FeatureMap::new(self.input, self.size.positions());
            let hidden = if let First::Expand(expand) = &self.op.first {
                let values = grown(hidden, turn.len() * CHANNEL_BLOCK * positions);
                let output = FeatureMapMut::new(values, positions);
                self.clocks.time(0, || expand.part(turn.clone(), input, None, output));
                FeatureMap::new(values, positions)
            } else {
                input.of(turn.clone())
            };
            let output = filtered.reborrow().of(turn.start - blocks.start..turn.end - blocks.start);
            self.time_depthwise(|| self.op.depthwise.part(turn, hidden, self.geometry, 0, output));
        }
    }

    /// Blocks of channels that are made and filtered in one turn.
    pub(super) fn turns(&self, positions: usize, blocks: Range<usize>) -> impl Iterator<Item = Range<usize>> {
        let all = blocks.len();
        let width = if let First::Expand(expand) = &self.op.first {
            let unit = expand.panel_blocks();
            (TURN_BYTES / (positions * CHANNEL_BLOCK * 4 * unit)).max(1) * unit
        } else {
            all
        };
        let count = (all / width.max(1)).max(1);
        (0..count).map(move |turn| {
            let end = if turn + 1 == count { all } else { (turn + 1) * width };
            blocks.start + turn * width..blocks.start + end
        })
    }

    pub(super) fn time_depthwise(&self, work: impl FnOnce()) {
        self.clocks.time(usize::from(!matches!(self.op.first, First::Nothing)), work);
    }

    /// The gate's layers are timed together, as its second.
    fn time_gate(&self, work: impl FnOnce()) {
        self.clocks.time(self.op.layers() - 2, work);
    }

    pub(super) fn time_project(&self, work: impl FnOnce()) {
        self.clocks.time(self.op.layers() - 1, work);
    }
}
