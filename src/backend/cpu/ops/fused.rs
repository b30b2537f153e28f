//! A convolution over all channels, what makes its input, and the pointwise one behind it, as one operation.
//!
//! What the first makes of a few rows is projected while it is in the second-level cache.

use std::ops::Range;

use super::{Conv2d, ExecContext, Pointwise, Size, Stem, ThreadScratch, grown, lock, shares};
use crate::kernels::feature_map::{Along, Shares};
use crate::kernels::{CHANNEL_BLOCK, FeatureMap, FeatureMapMut, blocks};

/// `first`, then `project`.
#[derive(Debug)]
pub struct Fused {
    /// Makes the hidden feature map.
    pub first: Dense,
    /// Mixes its channels; without it the hidden map is the output.
    pub project: Option<Pointwise>,
}

/// A convolution over all channels.
#[derive(Debug)]
pub enum Dense {
    /// 3 x 3.
    Conv2d(Conv2d),
    /// 3 x 3, of one group, behind the first layer of a network; the input is a picture.
    BehindStem(Stem, Conv2d),
    /// 1 x 1.
    Pointwise(Pointwise),
}

/// Bytes of what lies between input and output in a turn: beside the weights it stays in the second-level cache.
const TURN_BYTES: usize = 256 << 10;

impl Dense {
    /// The shape of the output.
    ///
    /// # Panics
    /// If `input` is empty.
    pub fn output(&self, input: Size) -> Size {
        match self {
            Self::Conv2d(full) => full.output(input),
            Self::BehindStem(stem, full) => full.output(stem.output(input)),
            Self::Pointwise(pointwise) => pointwise.output(input),
        }
    }

    fn layers(&self) -> usize {
        if let Self::BehindStem(..) = self { 2 } else { 1 }
    }

    /// Values that it holds for a row of outputs.
    fn held(&self, input: Size) -> usize {
        match self {
            Self::Conv2d(full) => full.fresh(input),
            Self::BehindStem(stem, full) => full.fresh(stem.output(input)),
            Self::Pointwise(_) => 0,
        }
    }
}

/// One pass over a feature map.
struct Run<'a> {
    op: &'a Fused,
    crew: ExecContext<'a>,
    input: &'a [f32],
    size: Size,
    hidden: Size,
}

impl Run<'_> {
    /// The hidden map at those positions, whole rows of them, on this thread alone.
    fn first(
        &self,
        positions: Range<usize>,
        strip: &mut ThreadScratch,
        shortcut: Option<FeatureMap>,
        output: FeatureMapMut,
    ) {
        let Self { crew, input, size, hidden, .. } = *self;
        let rows = positions.start / hidden.w..positions.end / hidden.w;
        let map = || FeatureMap::new(input, size.positions());
        let ThreadScratch { lines, pixels, .. } = strip;
        match &self.op.first {
            Dense::Conv2d(full) => {
                crew.clocks.time(0, || full.part(rows, map(), size, lines, shortcut, output));
            }
            Dense::BehindStem(stem, full) => {
                let between = stem.output(size);
                crew.clocks.time(0, || {
                    full.fill(0, rows.clone(), between, lines, |y, line| {
                        stem.part(input, size, y, pixels, line);
                    });
                });
                crew.clocks.time(1, || full.convolve(0, rows, between, lines, shortcut, output));
            }
            Dense::Pointwise(op) => {
                crew.clocks.time(0, || op.part(0..op.blocks(), map().at(positions), shortcut, output));
            }
        }
    }

    /// All channels at those positions.
    fn part(
        &self,
        positions: Range<usize>,
        strip: &mut ThreadScratch,
        shortcut: Option<FeatureMap>,
        output: FeatureMapMut,
    ) {
        let Some(project) = &self.op.project else {
            return self.first(positions, strip, shortcut, output);
        };
        let count = positions.len();
        // Out of the strip meanwhile: what makes it needs the rest of the strip.
        let mut values = std::mem::take(&mut strip.hidden);
        let hidden = grown(&mut values, blocks(self.hidden.c) * CHANNEL_BLOCK * count);
        self.first(positions, strip, None, FeatureMapMut::new(hidden, count));
        let (all, hidden) = (0..output.blocks(), FeatureMap::new(hidden, count));
        self.crew.clocks.time(self.op.first.layers(), || project.part(all, hidden, shortcut, output));
        strip.hidden = values;
    }
}

impl Fused {
    /// The shape of the output.
    ///
    /// # Panics
    /// If `input` is empty.
    pub fn output(&self, input: Size) -> Size {
        let hidden = self.first.output(input);
        self.project.as_ref().map_or(hidden, |project| project.output(hidden))
    }

    /// How many layers it is.
    pub fn layers(&self) -> usize {
        self.first.layers() + usize::from(self.project.is_some())
    }

    /// A feature map (or a picture, behind a stem) of shape `size` to a feature map, `shortcut` added to it.
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
        let hidden = self.first.output(size);
        if let (Dense::Pointwise(first), Some(project)) = (&self.first, &self.project)
            && crew.team.size() > 1
            && hidden.positions() < hidden.c
        {
            let input = FeatureMap::new(input, size.positions());
            return layer_by_layer([first, project], crew, input, hidden, shortcut, output);
        }
        let between = if self.project.is_some() { blocks(hidden.c) * CHANNEL_BLOCK } else { 0 };
        let row = 4 * (self.first.held(size) + hidden.w * between);
        let most = (TURN_BYTES / row.max(1)).max(1);
        let shares = Shares::tapering(output, Along::Positions, hidden.w, shares(crew.team));
        let run = Run { op: self, crew, input, size, hidden };
        crew.team.run(&|thread| {
            let strip = &mut *lock(&crew.strips[thread]);
            while let Some((positions, mut output)) = shares.claim() {
                strip.lines.clear();
                // Turns of nearly equal height: all of the weights pass through the cache for each.
                let rows = positions.len() / hidden.w;
                let turn = rows.div_ceil(rows.div_ceil(most).max(1)) * hidden.w;
                for start in positions.clone().step_by(turn) {
                    let end = positions.end.min(start + turn);
                    let shortcut = shortcut.map(|shortcut| shortcut.at(start..end));
                    let output = output.reborrow().at(start - positions.start..end - positions.start);
                    run.part(start..end, strip, shortcut, output);
                }
            }
        });
    }
}

/// With several threads, where the weights are larger than the map: each thread reads its part of them, and not all of
/// them for its part of the map.
fn layer_by_layer(
    [first, project]: [&Pointwise; 2],
    crew: ExecContext,
    input: FeatureMap,
    hidden: Size,
    shortcut: Option<FeatureMap>,
    output: FeatureMapMut,
) {
    // Of the first strip, for all threads.
    let mut values = std::mem::take(&mut lock(&crew.strips[0]).hidden);
    let between = grown(&mut values, hidden.values());
    let map = FeatureMapMut::new(between, hidden.positions());
    crew.clocks.time(0, || first.run(crew.team, input, None, map));
    let between = FeatureMap::new(between, hidden.positions());
    crew.clocks.time(1, || project.run(crew.team, between, shortcut, output));
    lock(&crew.strips[0]).hidden = values;
}
