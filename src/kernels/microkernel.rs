//! The inner product of all convolutions that see several channels: some positions by one panel of channels, in registers.

#![expect(unsafe_code, reason = "unchecked loads in the innermost loop")]

use std::ops::Range;
use std::sync::atomic::{Ordering, compiler_fence};

use super::feature_map::CHANNEL_BLOCK;
use super::isa::Simd;
use crate::nn::Activation;

/// The panels of `channels` channels out: two vectors each, but three for the last if one vector would be left alone.
///
/// One vector by six rows has too few sums to keep two multipliers busy; three vectors by three rows have enough.
pub(super) fn panels(lanes: usize, channels: usize) -> impl Iterator<Item = Range<usize>> + Clone {
    let width = 2 * lanes;
    let count = (channels / width).max(usize::from(channels > 0));
    (0..count).map(move |panel| {
        let end = if panel + 1 == count { channels } else { (panel + 1) * width };
        panel * width..end
    })
}

/// Panels that are read side by side for one position. Each weight is then used once, and one stream of them from the
/// third-level cache or from memory has half the rate of several.
const BESIDE: usize = 4;

/// The [`panels`] in the groups in which `rows` positions meet them: [`BESIDE`] at once as long as there is one position.
pub(super) fn groups(lanes: usize, channels: usize, rows: usize) -> impl Iterator<Item = Range<usize>> {
    let width = BESIDE * 2 * lanes;
    let panels = channels / (2 * lanes);
    // The last panel may have three vectors.
    let whole = if rows == 1 { panels.saturating_sub(1) / BESIDE } else { 0 };
    let beside = (0..whole).map(move |group| group * width..(group + 1) * width);
    beside.chain(self::panels(lanes, channels).skip(whole * BESIDE))
}

/// Whether a panel of `channels` ends, or the first begins, at `channel`.
pub(super) fn is_edge(lanes: usize, channels: usize, channel: usize) -> bool {
    let width = 2 * lanes;
    channel == channels || (channel.is_multiple_of(width) && channel / width < (channels / width).max(1))
}

/// How the values of the input that meet the same output position lie.
pub(super) trait Strides {
    /// Values in a row: the inner loop, unrolled.
    const VALUES: usize;
    /// Values from what one position starts with to what the next one does.
    const ROW: usize;
    /// Whether neighbours have values in common within a row, so few steps apart that the compiler would keep them.
    const OVERLAPS: bool;
}

/// One panel and the positions that it meets.
#[derive(Clone, Copy)]
pub(super) struct Microkernel {
    /// Runs of [`Strides::VALUES`] values that make up the depth of the product.
    pub blocks: usize,
    pub input: *const f32,
    /// Values from one run to the next.
    pub input_step: usize,
    /// `[blocks · VALUES, vectors · LANES]`
    pub panel: *const f32,
    pub bias: *const f32,
    /// What is added behind the activation, and values from one block of channels to the next.
    pub shortcut: Option<(*const f32, usize)>,
    pub output: *mut f32,
    /// Values from one block of channels to the next.
    pub output_step: usize,
    pub activation: Activation,
}

/// Values of a cache line.
const LINE: usize = 16;

impl Microkernel {
    /// `rows` positions by a panel of `vectors` vectors.
    ///
    /// # Safety
    /// The processor has `S`'s instructions; the pointers are valid for all positions, runs and vectors.
    #[inline(always)]
    pub(super) unsafe fn run<S: Simd, I: Strides>(self, vectors: usize, rows: usize) {
        // SAFETY: the caller's.
        unsafe {
            match vectors {
                1 => self.rows::<S, I, 1>(rows, S::TILE_ROWS),
                2 => self.rows::<S, I, 2>(rows, S::TILE_ROWS),
                3 => self.rows::<S, I, 3>(rows, S::TILE_ROWS / 2),
                _ => self.beside::<S, I>(),
            }
        }
    }

    /// Tiles of nearly equal height: one of 6 rows and one of 1 cost more than two of 3 and 4.
    ///
    /// # Safety
    /// As for [`run`](Self::run).
    #[inline(always)]
    unsafe fn rows<S: Simd, I: Strides, const VECTORS: usize>(self, rows: usize, most: usize) {
        let tiles = rows.div_ceil(most);
        let (least, higher) = (rows / tiles.max(1), rows % tiles.max(1));
        let mut row = 0;
        for index in 0..tiles {
            let height = least + usize::from(index < higher);
            // SAFETY: row + height <= rows.
            unsafe {
                let tile = Self {
                    input: self.input.add(row * I::ROW),
                    shortcut: self.shortcut.map(|(shortcut, step)| (shortcut.add(row * CHANNEL_BLOCK), step)),
                    output: self.output.add(row * CHANNEL_BLOCK),
                    ..self
                };
                row += height;
                let ahead = self.ahead::<S, I, VECTORS>(index);
                match height {
                    1 => tile.tile::<S, I, 1, VECTORS>(ahead),
                    2 => tile.tile::<S, I, 2, VECTORS>(ahead),
                    3 => tile.tile::<S, I, 3, VECTORS>(ahead),
                    // Not compiled where the registers would not hold them.
                    4 if VECTORS < 3 => tile.tile::<S, I, 4, VECTORS>(ahead),
                    5 if VECTORS < 3 => tile.tile::<S, I, 5, VECTORS>(ahead),
                    6 if VECTORS < 3 => tile.tile::<S, I, 6, VECTORS>(ahead),
                    _ => unreachable!("a tile is at most {most} rows high"),
                }
                for block in 0..VECTORS * S::LANES / CHANNEL_BLOCK {
                    self.activation
                        .gate::<S>(tile.output.add(block * self.output_step), height * CHANNEL_BLOCK);
                }
            }
        }
    }

    /// What the tile of this index fetches with every run: the first line and values to the next.
    ///
    /// The panel that follows lies beyond the second-level cache. The first tiles bring it there, a line with every
    /// run, so that none has to wait for it; the others ask for what is there.
    #[inline(always)]
    fn ahead<S: Simd, I: Strides, const VECTORS: usize>(&self, index: usize) -> (*const f32, usize) {
        let run = I::VALUES * VECTORS * S::LANES;
        if index * LINE < run {
            (self.panel.wrapping_add(self.blocks * (run + index * LINE)), LINE)
        } else {
            (self.panel, 0)
        }
    }

    /// `HEIGHT` positions, and what [`ahead`](Self::ahead) says to fetch meanwhile.
    ///
    /// # Safety
    /// As for [`run`](Self::run).
    #[inline(always)]
    unsafe fn tile<S: Simd, I: Strides, const HEIGHT: usize, const VECTORS: usize>(
        self,
        (mut ahead, step): (*const f32, usize),
    ) {
        // SAFETY: every offset is below the runs, HEIGHT positions or VECTORS vectors.
        unsafe {
            let mut sums = [[S::splat(0.0); VECTORS]; HEIGHT];
            for row in &mut sums {
                for (vector, sum) in row.iter_mut().enumerate() {
                    *sum = S::load(self.bias.add(vector * S::LANES));
                }
            }
            let (mut panel, mut input) = (self.panel, self.input);
            for _ in 0..self.blocks {
                for value in 0..I::VALUES {
                    if I::OVERLAPS {
                        input = S::opaque(input);
                    }
                    // Loads of a step stay in it: moved ahead, they push a sum out of the registers.
                    compiler_fence(Ordering::SeqCst);
                    let mut weights = [S::splat(0.0); VECTORS];
                    for (vector, weights) in weights.iter_mut().enumerate() {
                        *weights = S::load(panel.add((value * VECTORS + vector) * S::LANES));
                    }
                    for (row, sums) in sums.iter_mut().enumerate() {
                        let value = S::splat(*input.add(row * I::ROW + value));
                        for (sum, weights) in sums.iter_mut().zip(weights) {
                            *sum = sum.add_product(value, weights);
                        }
                    }
                }
                panel = panel.add(I::VALUES * VECTORS * S::LANES);
                S::prefetch(ahead);
                ahead = ahead.wrapping_add(step);
                // Past the end after the last run, where it is not read.
                input = input.wrapping_add(self.input_step);
            }
            self.store::<S, HEIGHT, VECTORS>(sums);
        }
    }

    /// One position by [`BESIDE`] panels of two vectors.
    ///
    /// # Safety
    /// As for [`run`](Self::run).
    #[inline(always)]
    unsafe fn beside<S: Simd, I: Strides>(self) {
        let panel = self.blocks * I::VALUES * 2 * S::LANES;
        // SAFETY: every offset is below the runs or the vectors of the panels.
        unsafe {
            let mut sums = [S::splat(0.0); 2 * BESIDE];
            for (vector, sum) in sums.iter_mut().enumerate() {
                *sum = S::load(self.bias.add(vector * S::LANES));
            }
            for block in 0..self.blocks {
                for value in 0..I::VALUES {
                    let row = self.panel.add((block * I::VALUES + value) * 2 * S::LANES);
                    let value = S::splat(*self.input.add(block * self.input_step + value));
                    for (vector, sum) in sums.iter_mut().enumerate() {
                        let weights = S::load(row.add(vector / 2 * panel + vector % 2 * S::LANES));
                        *sum = sum.add_product(value, weights);
                    }
                }
            }
            self.store::<S, 1, { 2 * BESIDE }>([sums]);
            for block in 0..2 * BESIDE * S::LANES / CHANNEL_BLOCK {
                self.activation.gate::<S>(self.output.add(block * self.output_step), CHANNEL_BLOCK);
            }
        }
    }

    /// # Safety
    /// As for [`run`](Self::run).
    #[inline(always)]
    unsafe fn store<S: Simd, const HEIGHT: usize, const VECTORS: usize>(self, sums: [[S; VECTORS]; HEIGHT]) {
        let (low, high) = self.activation.bounds();
        // SAFETY: the caller's.
        unsafe {
            let (low, high) = (S::splat(low), S::splat(high));
            for vector in 0..VECTORS {
                let (block, lane) = (vector * S::LANES / CHANNEL_BLOCK, vector * S::LANES % CHANNEL_BLOCK);
                for (row, sums) in sums.iter().enumerate() {
                    let mut sum = sums[vector].clamp(low, high);
                    if let Some((shortcut, step)) = self.shortcut {
                        sum = sum.add(S::load(shortcut.add(block * step + row * CHANNEL_BLOCK + lane)));
                    }
                    sum.store(self.output.add(block * self.output_step + row * CHANNEL_BLOCK + lane));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::panels;

    #[test]
    fn no_vector_is_left_alone_behind_others() {
        let widths =
            |lanes, channels| panels(lanes, channels).map(|panel| panel.len() / lanes).collect::<Vec<_>>();
        assert_eq!(widths(8, 8), [1]);
        assert_eq!(widths(8, 24), [3]);
        assert_eq!(widths(8, 40), [2, 3]);
        assert_eq!(widths(8, 48), [2, 2, 2]);
        assert_eq!(widths(4, 24), [2, 2, 2]);
    }

    #[test]
    fn one_position_meets_several_panels_at_once() {
        let widths = |channels, rows| -> Vec<_> {
            super::groups(8, channels, rows).map(|group| group.len() / 8).collect()
        };
        assert_eq!(widths(64, 1), [2, 2, 2, 2]);
        assert_eq!(widths(80, 1), [8, 2]);
        assert_eq!(widths(88, 1), [8, 3]);
        assert_eq!(widths(152, 1), [8, 8, 3]);
        assert_eq!(widths(88, 2), [2, 2, 2, 2, 3]);
    }
}
