//! The inner product of all convolutions over several channels: a tile of positions by one panel of channels, in registers.

#![expect(unsafe_code, reason = "unchecked loads in the innermost loop")]

mod gemv;

use std::sync::atomic::{Ordering, compiler_fence};

use super::activation::apply_in_memory;
use super::layout::CHANNEL_BLOCK;
use super::panels::{GEMV_PANELS, PanelLayout};
use super::simd::Simd;
use crate::nn::Activation;

/// Vectors of a panel.
pub(super) const PANEL_VECTORS: usize = 2;
/// Vectors of a matrix-vector product.
const GEMV_VECTORS: usize = GEMV_PANELS * PANEL_VECTORS;
/// The tallest tile that [`Microkernel::tiles`] can call.
const MAX_TILE_ROWS: usize = 16;

/// The panels that the microkernel reads.
pub(super) const fn panel_layout<S: Simd>() -> PanelLayout {
    PanelLayout { lanes: S::LANES, vectors: PANEL_VECTORS }
}

/// Rows of the tallest tile of `vectors` vectors.
pub(super) const fn tile_rows<S: Simd>(vectors: usize) -> usize {
    S::TILE_ROWS[vectors - 1]
}

/// Blocks of channels that a vector holds, at least in part.
const fn blocks_of<S: Simd>() -> usize {
    S::LANES.div_ceil(CHANNEL_BLOCK)
}

/// Which input values meet one output position. [`Microkernel::run`] says what has to be readable for these numbers.
pub(super) trait RowAccess {
    /// Values of a run, all adjacent: the inner loop, unrolled.
    const RUN: usize;
    /// Values from the start of one position's run to that of the next.
    const POSITION_STRIDE: usize;
    /// Whether the runs of neighbouring positions overlap so closely that the compiler would keep values in registers.
    const OVERLAPS: bool;
}

/// Arguments of one microkernel call: `rows` output positions times one packed panel of weights.
#[derive(Clone, Copy)]
pub(super) struct Microkernel {
    /// Runs of [`RowAccess::RUN`] values that make up the depth of the product.
    pub runs: usize,
    pub input: *const f32,
    /// Values from one run of a position to the next.
    pub run_stride: usize,
    /// `[runs · RUN, vectors · LANES]`
    pub panel: *const f32,
    /// `[vectors · LANES]`
    pub bias: *const f32,
    /// Blocks of output channels. The last vector of the panel may hold more.
    pub blocks: usize,
    /// What is added after the activation, and its stride between blocks of channels.
    pub shortcut: Option<(*const f32, usize)>,
    pub output: *mut f32,
    /// Values from one block of channels to the next.
    pub output_stride: usize,
    pub activation: Activation,
}

/// `f32`s of a cache line.
const CACHE_LINE: usize = 16;

/// Cache lines that a tile brings to the L2 cache.
#[derive(Clone, Copy)]
struct Prefetch {
    next: *const f32,
    /// How many with every run.
    lines: usize,
}

impl Prefetch {
    /// Asks for the lines of one run.
    #[inline(always)]
    fn advance<S: Simd>(&mut self) {
        if const { S::LANES > CHANNEL_BLOCK } {
            for _ in 0..self.lines {
                S::prefetch(self.next);
                self.next = self.next.wrapping_add(CACHE_LINE);
            }
        } else {
            // One line at most: without a loop, which short tiles would notice.
            S::prefetch(self.next);
            self.next = self.next.wrapping_add(self.lines * CACHE_LINE);
        }
    }
}

/// Calls the tile of the height that is known only at run time. Heights beyond the registers of `S` are not compiled.
macro_rules! tile_of_height {
    ($tile:ident, $height:ident, $prefetch:ident, $($rows:literal)*) => {
        match $height {
            $($rows if const { $rows <= tile_rows::<S>(VECTORS) } => {
                $tile.tile::<S, A, $rows, VECTORS>($prefetch)
            })*
            _ => unreachable!("a tile of {} rows", $height),
        }
    };
}

impl Microkernel {
    /// `rows` positions by a panel of `vectors` vectors, or a single position by [`GEMV_PANELS`] panels.
    ///
    /// # Safety
    /// The processor has `S`'s instructions. For every run below `runs` and every row below `rows`,
    /// `input + run · run_stride + row · POSITION_STRIDE` is readable for `RUN` values. `panel` and `bias` are readable
    /// for the shapes above, and the last vector holds at least one of the `blocks`. For every `b` below `blocks`,
    /// `output + b · output_stride` is writable for `rows · 8` values, and the shortcut readable at `b` times its
    /// stride.
    #[inline(always)]
    pub(super) unsafe fn run<S: Simd, A: RowAccess>(self, vectors: usize, rows: usize) {
        const { assert!(S::LANES.is_multiple_of(CHANNEL_BLOCK) || CHANNEL_BLOCK.is_multiple_of(S::LANES)) };
        // Panels begin and end with a block, as the outputs and the loops over blocks do.
        const { assert!((PANEL_VECTORS * S::LANES).is_multiple_of(CHANNEL_BLOCK), "panels of whole blocks") };
        const {
            assert!(
                S::TILE_ROWS[0] <= MAX_TILE_ROWS && S::TILE_ROWS[1] <= MAX_TILE_ROWS,
                "tiles of up to 16 rows"
            );
        };
        const { assert!(S::TILE_ROWS[2] <= MAX_TILE_ROWS && S::TILE_ROWS[2] > 0, "tiles of up to 16 rows") };
        // SAFETY: `Pointwise::run`, `Conv2d::run` and `Stem::run` asserted the shapes behind the pointers; every arm
        // takes a panel of just as many vectors, and `gemv` a single row.
        unsafe {
            match (vectors, rows) {
                (1, _) => self.tiles::<S, A, 1>(rows),
                (2, _) => self.tiles::<S, A, 2>(rows),
                (3, _) => self.tiles::<S, A, 3>(rows),
                (GEMV_VECTORS, 1) => self.gemv::<S, A>(),
                _ => unreachable!("{rows} rows by a panel of {vectors} vectors"),
            }
        }
    }

    /// Tiles of nearly equal height: one of 6 rows and one of 1 cost more than two of 3 and 4.
    ///
    /// # Safety
    /// As for [`run`](Self::run).
    #[inline(always)]
    unsafe fn tiles<S: Simd, A: RowAccess, const VECTORS: usize>(self, rows: usize) {
        let tiles = rows.div_ceil(tile_rows::<S>(VECTORS));
        let (least, taller) = (rows / tiles.max(1), rows % tiles.max(1));
        let mut row = 0;
        for index in 0..tiles {
            let height = least + usize::from(index < taller);
            // SAFETY: `row + height <= rows`, for which the caller's pointers are valid.
            unsafe {
                let tile = Self {
                    input: self.input.add(row * A::POSITION_STRIDE),
                    shortcut: self
                        .shortcut
                        .map(|(shortcut, stride)| (shortcut.add(row * CHANNEL_BLOCK), stride)),
                    output: self.output.add(row * CHANNEL_BLOCK),
                    ..self
                };
                row += height;
                let prefetch = self.prefetch_of_tile::<S, A, VECTORS>(index, tiles);
                tile_of_height!(tile, height, prefetch, 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16);
                for block in 0..self.blocks {
                    let written = tile.output.add(block * self.output_stride);
                    apply_in_memory::<S>(self.activation, written, height * CHANNEL_BLOCK);
                }
            }
        }
    }

    /// What the tile of this index, one of `tiles`, prefetches.
    ///
    /// The next panel lies beyond the L2 cache. The tiles bring it there, some cache lines with every run, so that no tile
    /// has to wait for it: equal shares where a panel is as wide as two long vectors, because few tall tiles pass over it;
    /// otherwise a line each, until the panel is complete.
    #[inline(always)]
    fn prefetch_of_tile<S: Simd, A: RowAccess, const VECTORS: usize>(
        &self,
        index: usize,
        tiles: usize,
    ) -> Prefetch {
        let run = A::RUN * VECTORS * S::LANES;
        let lines = if S::LANES > CHANNEL_BLOCK { run.div_ceil(CACHE_LINE).div_ceil(tiles) } else { 1 };
        let done = index * lines * CACHE_LINE;
        if done < run {
            Prefetch { next: self.panel.wrapping_add(self.runs * (run + done)), lines }
        } else {
            Prefetch { next: self.panel, lines: 0 }
        }
    }

    /// `HEIGHT` positions by one panel.
    ///
    /// # Safety
    /// As for [`run`](Self::run), with `HEIGHT` rows.
    #[inline(always)]
    unsafe fn tile<S: Simd, A: RowAccess, const HEIGHT: usize, const VECTORS: usize>(
        self,
        mut prefetch: Prefetch,
    ) {
        // SAFETY: offsets stay below `runs` runs, `HEIGHT` rows and `VECTORS` vectors, for which the caller's pointers
        // are valid.
        unsafe {
            let mut sums = [[S::splat(0.0); VECTORS]; HEIGHT];
            for row in &mut sums {
                for (vector, sum) in row.iter_mut().enumerate() {
                    *sum = S::load(self.bias.add(vector * S::LANES));
                }
            }
            let (mut panel, mut input) = (self.panel, self.input);
            for _ in 0..self.runs {
                for value in 0..A::RUN {
                    if A::OVERLAPS {
                        input = S::hide_from_optimizer(input);
                    }
                    // Keeps loads in their step: moved up, they push a sum out of the registers.
                    compiler_fence(Ordering::SeqCst);
                    let mut weights = [S::splat(0.0); VECTORS];
                    for (vector, weights) in weights.iter_mut().enumerate() {
                        *weights = S::load(panel.add((value * VECTORS + vector) * S::LANES));
                    }
                    for (row, sums) in sums.iter_mut().enumerate() {
                        let value = S::splat(*input.add(row * A::POSITION_STRIDE + value));
                        for (sum, weights) in sums.iter_mut().zip(weights) {
                            *sum = sum.multiply_add(value, weights);
                        }
                    }
                }
                panel = panel.add(A::RUN * VECTORS * S::LANES);
                prefetch.advance::<S>();
                // After the last run it points past the end, and is not read.
                input = input.wrapping_add(self.run_stride);
            }
            self.store::<S, HEIGHT, VECTORS>(sums);
        }
    }

    /// Clamps, adds the shortcut and stores.
    ///
    /// # Safety
    /// As for [`run`](Self::run), with `HEIGHT` rows and `VECTORS` vectors.
    #[inline(always)]
    unsafe fn store<S: Simd, const HEIGHT: usize, const VECTORS: usize>(self, sums: [[S; VECTORS]; HEIGHT]) {
        let (low, high) = self.activation.bounds();
        // SAFETY: the first block of every vector is below `blocks`, and so are as many after it as `count` says; `row` is
        // below `HEIGHT`. The caller's pointers are valid for these. A vector within a block ends in it, because its
        // lanes divide it.
        unsafe {
            let (low, high) = (S::splat(low), S::splat(high));
            for vector in 0..VECTORS {
                let (first, lane) = (vector * S::LANES / CHANNEL_BLOCK, vector * S::LANES % CHANNEL_BLOCK);
                let count = if vector + 1 < VECTORS { blocks_of::<S>() } else { self.blocks - first };
                for (row, sums) in sums.iter().enumerate() {
                    let within = row * CHANNEL_BLOCK + lane;
                    let mut sum = sums[vector].clamp(low, high);
                    if let Some((shortcut, stride)) = self.shortcut {
                        sum = sum.add(S::load_blocks(count, |block| {
                            shortcut.add((first + block) * stride + within)
                        }));
                    }
                    sum.store_blocks(count, |block| {
                        self.output.add((first + block) * self.output_stride + within)
                    });
                }
            }
        }
    }
}
