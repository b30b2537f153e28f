//! Views of feature maps, whole or cut along blocks and positions.

#![expect(unsafe_code, reason = "parts of one buffer are written at the same time")]

use std::marker::PhantomData;
use std::ops::Range;

use super::element::Element;

/// A feature map, or some blocks of it at some positions: `[blocks, positions, B]`.
#[derive(Clone, Copy, Debug)]
pub struct FeatureMap<'a, T: Element = f32> {
    /// From the first value to the last, including gaps between blocks.
    values: &'a [T],
    blocks: usize,
    positions: usize,
    /// Values from the start of one block to the start of the next.
    block_stride: usize,
}

impl<'a, T: Element> FeatureMap<'a, T> {
    /// The whole of `values`.
    ///
    /// # Panics
    /// If they are not a whole number of blocks.
    pub fn new(values: &'a [T], positions: usize) -> Self {
        // Kernels compute addresses from it: a wrapped product must not pass.
        let block_stride = positions.checked_mul(T::BLOCK).filter(|stride| *stride > 0);
        let block_stride = block_stride.expect("a feature map has positions");
        assert!(values.len().is_multiple_of(block_stride), "a feature map has whole blocks");
        Self { values, blocks: values.len() / block_stride, positions, block_stride }
    }

    /// Some positions of every block.
    ///
    /// # Panics
    /// If the range is out of bounds.
    #[must_use]
    pub fn slice_positions(self, positions: Range<usize>) -> Self {
        assert_within(&positions, self.positions, "positions");
        let start = positions.start * T::BLOCK;
        let end = self.values.len().saturating_sub((self.positions - positions.end) * T::BLOCK);
        Self { values: &self.values[start.min(end)..end], positions: positions.len(), ..self }
    }

    /// Some blocks of channels.
    ///
    /// # Panics
    /// If the range is out of bounds.
    #[must_use]
    pub fn slice_blocks(self, blocks: Range<usize>) -> Self {
        assert_within(&blocks, self.blocks, "blocks");
        let end = self.values.len().saturating_sub((self.blocks - blocks.end) * self.block_stride);
        let start = (blocks.start * self.block_stride).min(end);
        Self { values: &self.values[start..end], blocks: blocks.len(), ..self }
    }

    /// The positions of one block, `[positions, B]`.
    ///
    /// # Panics
    /// If there are fewer blocks.
    pub fn block(&self, block: usize) -> &'a [T] {
        assert!(block < self.blocks, "block {block} of {}", self.blocks);
        &self.values[block * self.block_stride..][..self.positions * T::BLOCK]
    }

    /// Blocks of channels.
    pub fn blocks(&self) -> usize {
        self.blocks
    }

    /// Positions of a block.
    pub fn positions(&self) -> usize {
        self.positions
    }

    /// Values from the start of one block to the start of the next.
    pub(super) fn block_stride(&self) -> usize {
        self.block_stride
    }

    /// Position `p` of block `b` is at `b · block_stride + p · B`, readable for `B` values.
    pub(super) fn as_ptr(&self) -> *const T {
        self.values.as_ptr()
    }
}

/// As [`FeatureMap`], to be written.
#[derive(Debug)]
pub struct FeatureMapMut<'a, T: Element = f32> {
    first: *mut T,
    blocks: usize,
    positions: usize,
    block_stride: usize,
    values: PhantomData<&'a mut [T]>,
}

// SAFETY: it is a `&mut [T]` with gaps, which are never touched.
unsafe impl<T: Element> Send for FeatureMapMut<'_, T> {}
// SAFETY: it is a `&mut [T]` with gaps; a shared reference gives no way to write, but for `alias`, which is unsafe.
unsafe impl<T: Element> Sync for FeatureMapMut<'_, T> {}

impl<'a, T: Element> FeatureMapMut<'a, T> {
    /// The whole of `values`.
    ///
    /// # Panics
    /// If they are not a whole number of blocks.
    pub fn new(values: &'a mut [T], positions: usize) -> Self {
        let FeatureMap { blocks, block_stride, .. } = FeatureMap::new(&*values, positions);
        Self { first: values.as_mut_ptr(), blocks, positions, block_stride, values: PhantomData }
    }

    /// Some positions of every block.
    ///
    /// # Panics
    /// If the range is out of bounds.
    #[must_use]
    pub fn slice_positions(self, positions: Range<usize>) -> Self {
        assert_within(&positions, self.positions, "positions");
        // Wrapping, because the start of an empty range may lie past the end.
        let first = self.first.wrapping_add(positions.start * T::BLOCK);
        Self { first, positions: positions.len(), ..self }
    }

    /// Some blocks of channels.
    ///
    /// # Panics
    /// If the range is out of bounds.
    #[must_use]
    pub fn slice_blocks(self, blocks: Range<usize>) -> Self {
        assert_within(&blocks, self.blocks, "blocks");
        // Wrapping, as above.
        let first = self.first.wrapping_add(blocks.start * self.block_stride);
        Self { first, blocks: blocks.len(), ..self }
    }

    /// The positions of one block, `[positions, B]`.
    ///
    /// # Panics
    /// If there are fewer blocks.
    pub fn block(&mut self, block: usize) -> &mut [T] {
        assert!(block < self.blocks, "block {block} of {}", self.blocks);
        let first = self.first.wrapping_add(block * self.block_stride);
        // SAFETY: the block exists, as just asserted; its positions are adjacent, and `self` is borrowed exclusively.
        unsafe { std::slice::from_raw_parts_mut(first, self.positions * T::BLOCK) }
    }

    /// Returns all values of a map that has a single position.
    ///
    /// # Panics
    /// If the map has more positions, or is a part of a larger map.
    pub fn into_vector(self) -> &'a mut [T] {
        assert_eq!((self.positions, self.block_stride), (1, T::BLOCK), "a map of one position");
        // SAFETY: the blocks of one position are adjacent, as just asserted, and no other view of them exists.
        unsafe { std::slice::from_raw_parts_mut(self.first, self.blocks * T::BLOCK) }
    }

    /// Copies a map of the same shape.
    ///
    /// # Panics
    /// If the shapes differ.
    pub fn copy_from(&mut self, map: FeatureMap<T>) {
        assert_eq!(
            (map.blocks, map.positions),
            (self.blocks, self.positions),
            "shapes of a copied feature map"
        );
        for block in 0..self.blocks {
            self.block(block).copy_from_slice(map.block(block));
        }
    }

    /// The same view for a shorter time.
    pub fn reborrow(&mut self) -> FeatureMapMut<'_, T> {
        FeatureMapMut { values: PhantomData, ..*self }
    }

    /// Blocks of channels.
    pub fn blocks(&self) -> usize {
        self.blocks
    }

    /// Positions of a block.
    pub fn positions(&self) -> usize {
        self.positions
    }

    /// Values from the start of one block to the start of the next.
    pub(super) fn block_stride(&self) -> usize {
        self.block_stride
    }

    /// As [`FeatureMap::as_ptr`], writable.
    pub(super) fn as_mut_ptr(&mut self) -> *mut T {
        self.first
    }

    /// A second view of the same values.
    ///
    /// # Safety
    /// While both views live, no value is reached through both of them.
    pub(super) unsafe fn alias(&self) -> Self {
        Self { values: PhantomData, ..*self }
    }
}

fn assert_within(range: &Range<usize>, length: usize, what: &str) {
    assert!(range.start <= range.end && range.end <= length, "{what} {range:?} of {length}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::CHANNEL_BLOCK;

    #[test]
    fn a_slice_of_a_slice_keeps_its_place() {
        let values: Vec<f32> = (0..3 * 10 * CHANNEL_BLOCK).map(|value| value as f32).collect();
        let map = FeatureMap::new(&values, 10);
        let part = map.slice_blocks(1..3).slice_positions(4..9).slice_positions(1..2).slice_blocks(1..2);
        assert_eq!((part.blocks(), part.positions()), (1, 1));
        assert_eq!(part.block(0), &values[(2 * 10 + 5) * CHANNEL_BLOCK..][..CHANNEL_BLOCK]);
    }

    #[test]
    fn writing_a_slice_leaves_the_rest_alone() {
        let mut values = vec![0.0; 2 * 4 * CHANNEL_BLOCK];
        let map = FeatureMapMut::new(&mut values, 4);
        map.slice_positions(1..3).slice_blocks(1..2).block(0).fill(1.0);
        let expected = |index: usize| f32::from((5 * CHANNEL_BLOCK..7 * CHANNEL_BLOCK).contains(&index));
        assert!(values.iter().enumerate().all(|(index, value)| *value == expected(index)), "{values:?}");
    }

    #[test]
    fn empty_slices_are_in_bounds() {
        let values = vec![0.0_f32; 2 * 3 * CHANNEL_BLOCK];
        let map = FeatureMap::new(&values, 3);
        assert_eq!(map.slice_positions(3..3).positions(), 0);
        assert_eq!(map.slice_blocks(2..2).slice_positions(1..3).blocks(), 0);
    }
}
