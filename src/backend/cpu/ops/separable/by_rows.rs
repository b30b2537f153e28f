//! Row tiling: a few output rows at a time, with all their channels, through all layers.
//!
//! What lies between the layers stays in the L2 cache and is never written to memory. Hidden rows are in a ring buffer,
//! where the next tile finds those that it shares with the last.

use std::ops::Range;

use super::block::Expansion;
use super::pass::Pass;
use crate::backend::cpu::ops::scratch::{ThreadScratch, grown};
use crate::backend::cpu::ops::size::Size;
use crate::kernels::{AlignedVec, Element, FeatureMap, FeatureMapMut, blocks_of};
use crate::nn::Conv2dGeometry;

/// Bytes of a tile's buffers. Between half and four times an L2 cache of 512 KiB latencies differ little; without tiling,
/// a hidden map of megabytes would go out to memory and come back.
const TILE_BYTES: usize = 768 << 10;

impl<E: Element> Pass<'_, E> {
    /// Some output rows, tile by tile.
    pub(super) fn by_rows(
        &self,
        rows: Range<usize>,
        shortcut: Option<FeatureMap<E>>,
        mut output: FeatureMapMut<E>,
        scratch: &mut ThreadScratch<E>,
    ) {
        let tiles = rows.len().div_ceil(self.rows_per_tile());
        let height = rows.len().div_ceil(tiles.max(1));
        let width = self.geometry.columns.output;
        let mut produced = 0;
        for start in rows.clone().step_by(height) {
            let tile = start..rows.end.min(start + height);
            let shape = Size { h: tile.len(), w: width, c: self.hidden.c };
            // Taken out, because the filter borrows the other buffers.
            let mut filtered = std::mem::take(&mut scratch.filtered);
            let values = grown(&mut filtered, shape.values::<E>());
            let needed = self.geometry.rows.inputs(tile.clone());
            let new = produced.max(needed.start)..needed.end;
            let to = FeatureMapMut::new(values, shape.positions());
            self.filter_tile(start, new, self.ring_rows(height), tiles == 1, to, scratch);
            produced = needed.end;

            let positions = (start - rows.start) * width..(tile.end - rows.start) * width;
            let shortcut = shortcut.map(|shortcut| shortcut.slice_positions(positions.clone()));
            let input = FeatureMap::new(values, shape.positions());
            let output = output.reborrow().slice_positions(positions);
            let all = 0..output.blocks();
            self.time_project(|| self.op.project.compute(all, input, shortcut, output));
            scratch.filtered = filtered;
        }
    }

    /// Expands the hidden rows `new` and filters the output rows from `first_row` on, a few channels at a time.
    fn filter_tile(
        &self,
        first_row: usize,
        new: Range<usize>,
        ring_rows: usize,
        is_only_tile: bool,
        mut filtered: FeatureMapMut<E>,
        scratch: &mut ThreadScratch<E>,
    ) {
        let (blocks, positions) = (blocks_of::<E>(self.hidden.c), ring_rows * self.hidden.w);
        for step in self.channel_steps(positions, 0..blocks) {
            let hidden = if self.op.has_expansion() {
                // No other tile needs these rows: all steps share one place, which stays in the L1 cache.
                let (held, place) =
                    if is_only_tile { (step.len(), 0..step.len()) } else { (blocks, step.clone()) };
                let values = grown(&mut scratch.hidden, held * E::BLOCK * positions);
                let ring = FeatureMapMut::new(values, positions).slice_blocks(place.clone());
                self.produce_rows(new.clone(), step.clone(), ring, &mut scratch.pixels);
                FeatureMap::new(values, positions).slice_blocks(place)
            } else {
                self.input.map(self.size).slice_blocks(step.clone())
            };
            let to = filtered.reborrow().slice_blocks(step.clone());
            self.time_depthwise(|| self.op.depthwise.compute(step, hidden, self.geometry, first_row, to));
        }
    }

    /// Writes some rows of some blocks of the hidden map into a ring buffer of rows.
    fn produce_rows(
        &self,
        rows: Range<usize>,
        blocks: Range<usize>,
        mut ring: FeatureMapMut<E>,
        pixels: &mut AlignedVec<f32>,
    ) {
        let width = self.hidden.w;
        let ring_rows = ring.positions() / width;
        let mut y = rows.start;
        while y < rows.end {
            // Up to the end of the ring.
            let slot = y % ring_rows;
            let count = (rows.end - y).min(ring_rows - slot);
            let to = ring.reborrow().slice_positions(slot * width..(slot + count) * width);
            self.time_expansion(|| match &self.op.expansion {
                Expansion::Stem(stem) => stem.compute(self.input.picture(), self.size, y, pixels, to),
                Expansion::Pointwise(expand) => {
                    let input = self.input.map(self.size).slice_positions(y * width..(y + count) * width);
                    expand.compute(blocks.clone(), input, None, to);
                }
                Expansion::None => {}
            });
            y += count;
        }
    }

    /// Hidden rows that a tile of `height` output rows depends on.
    fn ring_rows(&self, height: usize) -> usize {
        let rows = &self.geometry.rows;
        (height.saturating_sub(1) * rows.stride + rows.taps).min(self.hidden.h)
    }

    /// The most output rows whose buffers stay in the L2 cache.
    fn rows_per_tile(&self) -> usize {
        let Conv2dGeometry { rows, columns } = &self.geometry;
        let row_bytes =
            |width: usize| Size { h: 1, w: width, c: self.hidden.c }.values::<E>() * size_of::<E>();
        let ring_row = if self.op.has_expansion() { row_bytes(columns.input) } else { 0 };
        let fixed = rows.taps.saturating_sub(rows.stride) * ring_row;
        let each = rows.stride * ring_row + row_bytes(columns.output);
        (TILE_BYTES.saturating_sub(fixed) / each.max(1)).max(1)
    }
}
