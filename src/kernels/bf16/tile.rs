//! A tile of positions by one panel of weights, as an instruction set multiplies bf16.

#![expect(unsafe_code, reason = "pointers that the kernels checked")]

use std::mem::MaybeUninit;

use half::bf16;

use super::pairs::Pairs;
use crate::kernels::element::Element;
use crate::kernels::panels::PanelLayout;

/// Panels of a block of output channels: two vectors of sixteen sums.
pub(in crate::kernels) const PANELS: PanelLayout = PanelLayout { lanes: 16, vectors: 2 };

/// Most positions of a tile: what the buffer of sums has room for.
pub(super) const MOST_ROWS: usize = 32;

/// Room for the sums of a tile, `[rows, 32]`, each row in two cache lines.
#[repr(align(64))]
pub(super) struct Sums([MaybeUninit<f32>; MOST_ROWS * bf16::BLOCK]);

impl Sums {
    pub(super) fn new() -> Self {
        Self([MaybeUninit::uninit(); _])
    }

    pub(super) fn as_mut_ptr(&mut self) -> *mut f32 {
        self.0.as_mut_ptr().cast()
    }
}

/// One product: positions times a packed panel.
#[derive(Clone, Copy)]
pub(in crate::kernels) struct Tile {
    /// Runs of adjacent blocks of one position that make up the depth of the product.
    pub runs: usize,
    /// Blocks of a run.
    pub steps: usize,
    /// The first position.
    pub input: *const bf16,
    /// Values from one run of a position to the next.
    pub run_stride: usize,
    /// Values from one position to the next.
    pub position_stride: usize,
    /// `[runs · steps · 16, 32, 2]`
    pub panel: *const bf16,
    /// Vectors of sixteen output channels that exist: 1 or 2.
    pub vectors: usize,
    /// Where the lines of weights lie that the cache should have next, and how many a step asks for.
    pub prefetch: (*const bf16, usize),
    /// `[rows, 32]`; with one vector only the first half of each row is written.
    pub sums: *mut f32,
}

/// What an instruction set has to multiply bf16.
///
/// # Safety
/// [`multiply`](Self::multiply) reads for every run and step, at every of `rows` positions, a block of the input, and
/// the panel; it writes `rows` rows of sums. Kernels compute addresses from these. Every method requires that the
/// processor has the instructions.
pub(in crate::kernels) unsafe trait Multiplier {
    /// The vectors of its epilogue.
    type Lanes: Pairs;
    /// Most positions of a tile.
    const TILE_ROWS: usize;

    /// Prepares this thread for tiles of `rows` positions.
    ///
    /// # Safety
    /// `rows` is 1 to `TILE_ROWS`, and [`end`](Self::end) is called before this thread does anything else.
    unsafe fn begin(rows: usize);
    /// Multiplies `rows` positions.
    ///
    /// # Safety
    /// [`begin`](Self::begin) was called with these `rows`; the pointers of `tile` are valid.
    unsafe fn multiply(tile: &Tile, rows: usize);
    /// Ends what `begin` began.
    ///
    /// # Safety
    /// `begin` was called.
    unsafe fn end();
}

/// `positions` in tiles of equal height, at most `most`: the height, and where each tile starts. The last ones may
/// overlap, so that no tile is of another height: for AMX that would be another configuration.
pub(super) fn tiles(positions: usize, most: usize) -> (usize, impl Iterator<Item = usize> + Clone) {
    let count = positions.div_ceil(most).max(1);
    let height = positions.div_ceil(count);
    (height, (0..count).map(move |tile| (tile * height).min(positions - height)))
}

#[cfg(test)]
mod tests {
    use super::*;

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
                // At most a row of each is computed twice.
                assert!(starts.count() * height - positions < positions.div_ceil(most), "{positions}");
            }
        }
    }
}
