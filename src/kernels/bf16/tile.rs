//! A tile of positions times one panel of weights, as an instruction set multiplies bf16.

#![expect(unsafe_code, reason = "pointers that the kernels checked")]

use half::bf16;

use super::pairs::Pairs;
use super::pending::Pending;
use crate::kernels::element::Element;
use crate::kernels::panels::PanelLayout;

/// The layout of a panel: one block of output channels, as two vectors of sixteen sums.
pub(in crate::kernels) const PANELS: PanelLayout = PanelLayout { lanes: 16, vectors: 2 };

/// How many values a cache line holds.
pub(super) const CACHE_LINE: usize = 32;
/// How many weights one step of a tile reads.
pub(super) const STEP: usize = bf16::BLOCK * bf16::BLOCK;
/// How many cache lines these are.
const STEP_LINES: usize = STEP / CACHE_LINE;

/// How many neighbouring channels of a block are left out together where they are padding.
pub(in crate::kernels) const GROUP: usize = 8;
/// How many groups a block has.
pub(in crate::kernels) const GROUPS: usize = bf16::BLOCK / GROUP;

/// One product: positions times a packed panel.
#[derive(Clone, Copy)]
pub(in crate::kernels) struct Tile {
    /// Runs of adjacent blocks of one position that make up the depth of the product.
    pub runs: usize,
    /// The number of blocks in a run.
    pub steps: usize,
    /// How many groups of [`GROUP`] channels the last step needs, at most [`GROUPS`]. The weights of the others are zero.
    pub last_groups: usize,
    /// The first position.
    pub input: *const bf16,
    /// The number of values from one run of a position to its next run.
    pub run_stride: usize,
    /// The number of values from one position to the next.
    pub position_stride: usize,
    /// `[runs · steps · 16, 32, 2]`
    pub panel: *const bf16,
    /// How many vectors of sixteen output channels exist: 1 or 2.
    pub vectors: usize,
    /// The cache lines of weights to prefetch: where they begin, and how many each step requests. Not all need exist.
    pub prefetch: (*const bf16, usize),
}

/// How an instruction set multiplies bf16.
///
/// # Safety
/// For every run and step, [`multiply`](Self::multiply) reads at most the panel and a block of the input at each of `rows`
/// positions; it writes `rows` rows of sums. Kernels compute addresses from this. Every method requires that the
/// processor has the instructions.
pub(in crate::kernels) unsafe trait Multiplier {
    /// The vectors of the epilogue.
    type Lanes: Pairs;
    /// The largest number of positions in a tile.
    const TILE_ROWS: usize;

    /// Prepares this thread for tiles of `rows` positions.
    ///
    /// # Safety
    /// `rows` is 1 to `TILE_ROWS`, and [`end`](Self::end) is called before this thread begins again or goes idle.
    unsafe fn begin(rows: usize);
    /// Multiplies `rows` positions and writes their sums to the buffer of `pending`, `[rows, 32]`; with one vector, it
    /// writes only the first half of each row. Before it writes, it finishes the tile that is pending.
    ///
    /// # Safety
    /// [`begin`](Self::begin) was called with these `rows`; the pointers of `tile` are valid, and those of the epilogue
    /// that is pending.
    unsafe fn multiply(tile: &Tile, rows: usize, pending: &mut Pending);
    /// Ends what `begin` started.
    ///
    /// # Safety
    /// `begin` was called.
    unsafe fn end();

    /// Floating-point operations of one round of [`peak`](Self::peak).
    const PEAK_OPERATIONS: usize;
    /// `rounds` rounds of independent products between registers. The result means nothing.
    ///
    /// # Safety
    /// There is at least one round, and nothing was begun that has not ended.
    unsafe fn peak(rounds: usize) -> f32;
}

/// Cuts `positions` into tiles of equal height, at most `most`. Returns that height, and where each tile starts. The last
/// tiles may overlap so that all have the same height: with AMX, another height would need another configuration.
pub(super) fn tiles(positions: usize, most: usize) -> (usize, impl Iterator<Item = usize> + Clone) {
    let count = positions.div_ceil(most).max(1);
    let height = positions.div_ceil(count);
    (height, (0..count).map(move |tile| (tile * height).min(positions - height)))
}

/// Which part of the next panel a tile prefetches, in cache lines for each step of the panel: where the part begins, and
/// its length. The first tiles cover the panel. The others prefetch nothing.
pub(super) fn prefetched(tile: usize, tiles: usize) -> (usize, usize) {
    let lines = STEP_LINES.div_ceil(tiles);
    let first = tile * lines;
    (first, lines.min(STEP_LINES.saturating_sub(first)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_prefetch_every_line_of_the_next_panel_once() {
        for tiles in 1..100 {
            let mut covered = 0;
            for tile in 0..tiles {
                let (first, lines) = prefetched(tile, tiles);
                assert!(lines == 0 || first == covered, "tile {tile} of {tiles}");
                covered += lines;
            }
            assert_eq!(covered, 32, "{tiles} tiles");
        }
    }

    #[test]
    fn tiles_cover_all_positions_and_nothing_else() {
        for positions in 1..300 {
            for most in [1, 14, 32] {
                let (height, starts) = tiles(positions, most);
                let mut covered = vec![false; positions];
                for start in starts.clone() {
                    covered[start..start + height].fill(true);
                }
                assert!(height <= most && covered.iter().all(|covered| *covered), "{positions} by {most}");
                // At most one row per tile is computed twice.
                assert!(starts.count() * height - positions < positions.div_ceil(most), "{positions}");
            }
        }
    }
}
