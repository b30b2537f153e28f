//! Some rows of a block at a time: what lies between its layers stays in the second-level cache, and is never written out.

use std::ops::Range;

use super::conv2d::Lines;
use super::separable::{First, Run};
use super::squeeze_excite::SqueezeExciteScratch;
use super::{Size, grown};
use crate::kernels::{CHANNEL_BLOCK, FeatureMap, FeatureMapMut, blocks};
use crate::nn::Conv2dGeometry;

/// Buffers of one thread.
#[derive(Debug, Default)]
pub struct ThreadScratch {
    pub(super) hidden: Vec<f32>,
    pub(super) filtered: Vec<f32>,
    pub(super) pixels: Vec<f32>,
    pub(super) lines: Lines,
    pub(super) excitation: SqueezeExciteScratch,
}

/// Bytes of a strip's buffers. AttentionScratch half and four times a second-level cache of 512 KiB latencies differ little;
/// without strips a hidden map of megabytes goes out to memory and comes back.
const STRIP_BYTES: usize = 768 << 10;

impl Run<'_> {
    /// Some rows of outputs, a strip at a time.
    pub(super) fn rows(
        &self,
        rows: Range<usize>,
        shortcut: Option<FeatureMap>,
        mut output: FeatureMapMut,
        strip: &mut ThreadScratch,
    ) {
        let most = self.strip_rows();
        let count = rows.len().div_ceil(most);
        let height = rows.len().div_ceil(count.max(1));
        let width = self.geometry.columns.output;
        let mut made = 0;
        for start in rows.clone().step_by(height) {
            let strip_rows = start..rows.end.min(start + height);
            let seen = self.geometry.rows.inputs(strip_rows.clone());
            let shape = Size { h: strip_rows.len(), w: width, c: self.hidden.c };
            let filtered = grown(&mut strip.filtered, shape.values());
            let mut between = FeatureMapMut::new(filtered, shape.positions());
            let ring = self.ring(height);
            for turn in self.turns(ring * self.hidden.w, 0..blocks(self.hidden.c)) {
                let hidden = if let First::Nothing = self.op.first {
                    FeatureMap::new(self.input, self.size.positions())
                } else {
                    // The only strip leaves nothing for another: all turns take the same place, which stays in cache.
                    let place = if count == 1 { 0..turn.len() } else { turn.clone() };
                    let held = if count == 1 { turn.len() } else { blocks(self.hidden.c) };
                    let values = grown(&mut strip.hidden, held * CHANNEL_BLOCK * ring * self.hidden.w);
                    let fresh = made.max(seen.start)..seen.end;
                    let to = FeatureMapMut::new(values, ring * self.hidden.w).of(place.clone());
                    self.hide(fresh, turn.clone(), to, &mut strip.pixels);
                    FeatureMap::new(values, ring * self.hidden.w).of(place)
                };
                let between = between.reborrow().of(turn.clone());
                self.time_depthwise(|| self.op.depthwise.part(turn, hidden, self.geometry, start, between));
            }
            made = seen.end;
            let at = (start - rows.start) * width..(strip_rows.end - rows.start) * width;
            let shortcut = shortcut.map(|shortcut| shortcut.at(at.clone()));
            let (filtered, output) = (FeatureMap::new(filtered, shape.positions()), output.reborrow().at(at));
            let all = 0..output.blocks();
            self.time_project(|| self.op.project.part(all, filtered, shortcut, output));
        }
    }

    /// Makes those rows of those blocks of the hidden map, in a ring of rows.
    fn hide(&self, rows: Range<usize>, blocks: Range<usize>, mut ring: FeatureMapMut, pixels: &mut Vec<f32>) {
        let width = self.hidden.w;
        let held = ring.positions() / width;
        let mut y = rows.start;
        while y < rows.end {
            // Up to where the ring closes.
            let place = y % held;
            let count = (rows.end - y).min(held - place);
            let part = ring.reborrow().at(place * width..(place + count) * width);
            self.clocks.time(0, || match &self.op.first {
                First::Stem(stem) => stem.part(self.input, self.size, y, pixels, part),
                First::Expand(expand) => {
                    let input = FeatureMap::new(self.input, self.size.positions());
                    expand.part(blocks.clone(), input.at(y * width..(y + count) * width), None, part);
                }
                First::Nothing => unreachable!("there is no hidden map to make"),
            });
            y += count;
        }
    }

    /// Rows of the hidden map that a strip of `height` rows sees. The next strip finds some of them still there.
    fn ring(&self, height: usize) -> usize {
        let rows = &self.geometry.rows;
        (height.saturating_sub(1) * rows.stride + rows.taps).min(self.hidden.h)
    }

    /// Rows of outputs of a strip.
    fn strip_rows(&self) -> usize {
        let Conv2dGeometry { rows, columns } = &self.geometry;
        let row = |width: usize| Size { h: 1, w: width, c: self.hidden.c }.values() * 4;
        let ring = if matches!(self.op.first, First::Nothing) { 0 } else { row(columns.input) };
        let fixed = rows.taps.saturating_sub(rows.stride) * ring;
        let each = rows.stride * ring + row(columns.output);
        (STRIP_BYTES.saturating_sub(fixed) / each.max(1)).max(1)
    }
}
