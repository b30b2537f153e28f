//! A convolution and the pointwise one behind it, as one operation, where no depthwise one stands between them.
//!
//! What the first makes of a few rows is projected while it is in the second-level cache.

use std::ops::Range;

use super::{Crew, Full, Pointwise, Size, grown, lock, shares};
use crate::kernels::map::{Along, Shares};
use crate::kernels::{BLOCK, Map, MapMut, blocks};

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
    /// k x k.
    Full(Full),
    /// 1 x 1.
    Pointwise(Pointwise),
}

/// Bytes of what lies between input and output in a turn: beside the weights it stays in the second-level cache.
const TURN_BYTES: usize = 192 << 10;

impl Dense {
    /// The shape of the output.
    ///
    /// # Panics
    /// If `input` is empty.
    pub fn output(&self, input: Size) -> Size {
        match self {
            Self::Full(full) => full.output(input),
            Self::Pointwise(pointwise) => pointwise.output(input),
        }
    }

    /// Those outputs, whole rows of them, on this thread alone; `taps` holds what they see.
    fn part(
        &self,
        positions: Range<usize>,
        input: Map,
        size: Size,
        taps: &mut Vec<f32>,
        shortcut: Option<Map>,
        output: MapMut,
    ) {
        match self {
            Self::Full(full) => {
                let width = full.output(size).w;
                let rows = positions.start / width..positions.end / width;
                full.part(rows, input, size, taps, shortcut, output);
            }
            Self::Pointwise(op) => op.part(0..op.blocks(), input.at(positions), shortcut, output),
        }
    }

    /// Values that are gathered for an output.
    fn gathered(&self) -> usize {
        if let Self::Full(full) = self { full.depth() } else { 0 }
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
        1 + usize::from(self.project.is_some())
    }

    /// A feature map of shape `size` to a feature map, `shortcut` added to it.
    ///
    /// # Panics
    /// If a shape does not match, or there are fewer strips than threads, or fewer clocks than layers.
    pub fn run(&self, crew: Crew, input: Map, size: Size, shortcut: Option<Map>, output: MapMut) {
        let hidden = self.first.output(size);
        let between = if self.project.is_some() { blocks(hidden.c) * BLOCK } else { 0 };
        let row = 4 * hidden.w * (self.first.gathered() + between);
        let turn = (TURN_BYTES / row.max(1)).max(1) * hidden.w;
        let shares = Shares::tapering(output, Along::Positions, hidden.w, shares(crew.team));
        crew.team.run(&|thread| {
            let strip = &mut *lock(&crew.strips[thread]);
            while let Some((positions, mut output)) = shares.claim() {
                for start in positions.clone().step_by(turn) {
                    let end = positions.end.min(start + turn);
                    let shortcut = shortcut.map(|shortcut| shortcut.at(start..end));
                    let output = output.reborrow().at(start - positions.start..end - positions.start);
                    let Some(project) = &self.project else {
                        crew.clocks.time(0, || {
                            self.first.part(start..end, input, size, &mut strip.filtered, shortcut, output);
                        });
                        continue;
                    };
                    let values = grown(&mut strip.hidden, between * (end - start));
                    let to = MapMut::new(values, end - start);
                    crew.clocks.time(0, || {
                        self.first.part(start..end, input, size, &mut strip.filtered, None, to);
                    });
                    let hidden = Map::new(values, end - start);
                    let all = 0..output.blocks();
                    crew.clocks.time(1, || project.part(all, hidden, shortcut, output));
                }
            }
        });
    }
}
