//! Feature maps in blocks of channels: `[c/8, h, w, 8]`.
//!
//! Eight channels of a position lie side by side, and the positions of a block follow one another. A depthwise filter
//! then sweeps over one small plane that stays in the first-level cache, a matrix product reads its rows and writes
//! its columns in long runs, and no number of channels makes positions crowd into the same few sets of the cache.
//! (The layout is oneDNN's `nChw8c`.) Channels past the last are finite, and meet weights of zero.

#![expect(unsafe_code, reason = "parts of one buffer are written side by side")]

use std::marker::PhantomData;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Channels of a block.
pub const CHANNEL_BLOCK: usize = 8;

/// Blocks that hold `channels`.
pub const fn blocks(channels: usize) -> usize {
    channels.div_ceil(CHANNEL_BLOCK)
}

/// A feature map, or some blocks of it at some positions: `[blocks, positions, 8]`.
#[derive(Clone, Copy, Debug)]
pub struct FeatureMap<'a> {
    /// From the first value to the last.
    values: &'a [f32],
    blocks: usize,
    positions: usize,
    /// Positions from one block to the next.
    pitch: usize,
}

impl<'a> FeatureMap<'a> {
    /// The whole of `values`.
    ///
    /// # Panics
    /// If they are not a whole number of blocks.
    pub fn new(values: &'a [f32], positions: usize) -> Self {
        assert!(
            positions > 0 && values.len().is_multiple_of(positions * CHANNEL_BLOCK),
            "blocks of a feature map"
        );
        Self { values, blocks: values.len() / (positions * CHANNEL_BLOCK), positions, pitch: positions }
    }

    /// Those positions of every block.
    ///
    /// # Panics
    /// If the range is not inside.
    #[must_use]
    pub fn at(self, positions: Range<usize>) -> Self {
        assert!(
            positions.start <= positions.end && positions.end <= self.positions,
            "positions of a feature map"
        );
        let start = positions.start * CHANNEL_BLOCK;
        let end = self.values.len() - (self.positions - positions.end) * CHANNEL_BLOCK;
        Self { values: &self.values[start.min(end)..end], positions: positions.len(), ..self }
    }

    /// Those blocks.
    ///
    /// # Panics
    /// If the range is not inside.
    #[must_use]
    pub fn of(self, blocks: Range<usize>) -> Self {
        assert!(blocks.start <= blocks.end && blocks.end <= self.blocks, "blocks of a feature map");
        let plane = self.pitch * CHANNEL_BLOCK;
        let end = self.values.len() - (self.blocks - blocks.end) * plane;
        let start = (blocks.start * plane).min(end);
        Self { values: &self.values[start..end], blocks: blocks.len(), ..self }
    }

    /// Blocks of channels.
    pub fn blocks(&self) -> usize {
        self.blocks
    }

    /// Positions of a block.
    pub fn positions(&self) -> usize {
        self.positions
    }

    /// From the first value to the last, with what lies between blocks.
    pub(super) fn values(&self) -> &'a [f32] {
        self.values
    }

    /// Values from a block to the next.
    pub(super) fn step(&self) -> usize {
        self.pitch * CHANNEL_BLOCK
    }

    /// The first value; others of block `b` and position `p` are at `b · step + p · 8`.
    pub(super) fn pointer(&self) -> *const f32 {
        self.values.as_ptr()
    }
}

/// As [`FeatureMap`], to be written.
#[derive(Debug)]
pub struct FeatureMapMut<'a> {
    first: *mut f32,
    blocks: usize,
    positions: usize,
    pitch: usize,
    values: PhantomData<&'a mut [f32]>,
}

// SAFETY: it is a `&mut [f32]` with gaps; what lies in the gaps is never touched.
unsafe impl Send for FeatureMapMut<'_> {}
// SAFETY: as above; a shared reference gives no way to write.
unsafe impl Sync for FeatureMapMut<'_> {}

impl<'a> FeatureMapMut<'a> {
    /// The whole of `values`.
    ///
    /// # Panics
    /// If they are not a whole number of blocks.
    pub fn new(values: &'a mut [f32], positions: usize) -> Self {
        let FeatureMap { blocks, pitch, .. } = FeatureMap::new(values, positions);
        Self { first: values.as_mut_ptr(), blocks, positions, pitch, values: PhantomData }
    }

    /// Blocks of channels.
    pub fn blocks(&self) -> usize {
        self.blocks
    }

    /// Positions of a block.
    pub fn positions(&self) -> usize {
        self.positions
    }

    /// The positions of a block, `[positions, 8]`.
    ///
    /// # Panics
    /// If there are fewer blocks.
    pub fn block(&mut self, block: usize) -> &mut [f32] {
        assert!(block < self.blocks, "blocks of a feature map");
        let first = self.first.wrapping_add(block * self.step());
        // SAFETY: the positions of a block lie side by side, and nobody else may touch them while this is borrowed.
        unsafe { std::slice::from_raw_parts_mut(first, self.positions * CHANNEL_BLOCK) }
    }

    /// Writes the values of a map of the same shape.
    ///
    /// # Panics
    /// If its shape is another.
    pub fn copy_from(&mut self, map: FeatureMap) {
        assert_eq!((map.blocks, map.positions), (self.blocks, self.positions), "a copy of a feature map");
        for block in 0..self.blocks {
            self.block(block)
                .copy_from_slice(&map.values[block * map.step()..][..map.positions * CHANNEL_BLOCK]);
        }
    }

    /// The same, for a while.
    pub fn reborrow(&mut self) -> FeatureMapMut<'_> {
        FeatureMapMut { values: PhantomData, ..*self }
    }

    /// Only those positions of every block.
    ///
    /// # Panics
    /// If the range is not inside.
    #[must_use]
    pub fn at(self, positions: Range<usize>) -> Self {
        assert!(
            positions.start <= positions.end && positions.end <= self.positions,
            "positions of a feature map"
        );
        Self {
            first: self.first.wrapping_add(positions.start * CHANNEL_BLOCK),
            positions: positions.len(),
            ..self
        }
    }

    /// Only those blocks.
    ///
    /// # Panics
    /// If the range is not inside.
    #[must_use]
    pub fn of(self, blocks: Range<usize>) -> Self {
        assert!(blocks.start <= blocks.end && blocks.end <= self.blocks, "blocks of a feature map");
        Self { first: self.first.wrapping_add(blocks.start * self.step()), blocks: blocks.len(), ..self }
    }

    /// Values from a block to the next.
    pub(super) fn step(&self) -> usize {
        self.pitch * CHANNEL_BLOCK
    }

    /// The first value, see [`FeatureMap::pointer`].
    pub(super) fn pointer(&mut self) -> *mut f32 {
        self.first
    }

    /// The same part again.
    ///
    /// # Safety
    /// The caller writes through one of them where it does not touch the other.
    unsafe fn again(&self) -> Self {
        Self { values: PhantomData, ..*self }
    }
}

/// Along what a feature map is cut into shares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Along {
    /// Every share has all channels at some positions.
    Positions,
    /// Every share has some channels at all positions.
    Blocks,
}

/// A feature map cut into shares that are handed out to whoever asks next, each once.
#[derive(Debug)]
pub struct Shares<'a> {
    map: FeatureMapMut<'a>,
    along: Along,
    unit: usize,
    count: usize,
    tapers: bool,
    next: AtomicUsize,
}

impl<'a> Shares<'a> {
    /// Cuts `map` into at most `count` shares, nearly equal in whole units of `unit` positions or blocks; what is left
    /// over goes to the last.
    pub fn equal(map: FeatureMapMut<'a>, along: Along, unit: usize, count: usize) -> Self {
        let mut shares =
            Self { map, along, unit: unit.max(1), count: 1, tapers: false, next: AtomicUsize::new(0) };
        shares.count = count.clamp(1, shares.units());
        shares
    }

    /// As [`equal`](Self::equal), but every share smaller than the one before: whoever is done early finds little left
    /// to wait for.
    pub fn tapering(map: FeatureMapMut<'a>, along: Along, unit: usize, count: usize) -> Self {
        Self { tapers: true, ..Self::equal(map, along, unit, count) }
    }

    /// The next share and the positions or blocks that it covers.
    pub fn claim(&self) -> Option<(Range<usize>, FeatureMapMut<'_>)> {
        loop {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            if index >= self.count {
                return None;
            }
            let range = self.edge(index)..self.edge(index + 1);
            if range.is_empty() {
                continue;
            }
            // SAFETY: the counter gives every index once, and the ranges of two indices do not meet.
            let map = unsafe { self.map.again() };
            let share = match self.along {
                Along::Positions => map.at(range.clone()),
                Along::Blocks => map.of(range.clone()),
            };
            return Some((range, share));
        }
    }

    /// Where share `index` begins.
    fn edge(&self, index: usize) -> usize {
        let (units, count) = (self.units(), self.count);
        let unit = if self.tapers {
            // The rest shrinks as a square, so that shares shrink evenly.
            units - units * (count - index).pow(2) / count.pow(2)
        } else {
            units * index / count
        };
        // What is left over belongs to the last unit.
        if unit == units { self.length() } else { unit * self.unit }
    }

    fn length(&self) -> usize {
        match self.along {
            Along::Positions => self.map.positions,
            Along::Blocks => self.map.blocks,
        }
    }

    fn units(&self) -> usize {
        (self.length() / self.unit).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_cover_everything_once() {
        for (along, length) in [(Along::Positions, 49), (Along::Blocks, 5)] {
            for unit in [1, 2, 6, 100] {
                for count in [1, 2, 3, 8, 60] {
                    for tapers in [false, true] {
                        let mut values = vec![0.0; 49 * 5 * CHANNEL_BLOCK];
                        let map = FeatureMapMut::new(&mut values, 49);
                        let cut = if tapers { Shares::tapering } else { Shares::equal };
                        let shares = cut(map, along, unit, count);
                        let mut end = 0;
                        while let Some((range, share)) = shares.claim() {
                            let positions = along == Along::Positions;
                            let size = if positions { share.positions() } else { share.blocks() };
                            assert_eq!((range.start, range.len()), (end, size), "{along:?} {unit} {count}");
                            assert!(range.start.is_multiple_of(unit) && size > 0, "{along:?} {unit} {count}");
                            assert!(size >= unit.min(length), "{along:?} {unit} {count}");
                            end = range.end;
                        }
                        assert_eq!(end, length, "{along:?} {unit} {count}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_part_of_a_part_is_where_the_whole_has_it() {
        let values: Vec<f32> = (0..3 * 10 * CHANNEL_BLOCK).map(|value| value as f32).collect();
        let part = FeatureMap::new(&values, 10).of(1..3).at(4..9).at(1..2).of(1..2);
        assert_eq!((part.blocks(), part.positions()), (1, 1));
        assert_eq!(part.values, &values[(2 * 10 + 5) * CHANNEL_BLOCK..][..CHANNEL_BLOCK]);
    }
}
