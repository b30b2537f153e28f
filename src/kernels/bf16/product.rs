//! The product of some positions with one panel, tile by tile.

#![expect(unsafe_code, reason = "pointers into checked feature maps")]

use half::bf16;

use super::epilogue::Epilogue;
use super::pending::{MOST_ROWS, Pending};
use super::tile::{CACHE_LINE, Multiplier, PANELS, STEP, Tile, prefetched, tiles};
use crate::kernels::element::Element;

/// Some positions times one panel.
pub(super) struct Product {
    pub runs: usize,
    pub steps: usize,
    pub last_groups: usize,
    pub input: *const bf16,
    pub run_stride: usize,
    pub position_stride: usize,
    pub panel: *const bf16,
    /// Which product with this panel it is, of how many.
    pub turn: (usize, usize),
    /// How many output channels there are from the first one of the panel on.
    pub channels: usize,
    pub epilogue: Epilogue,
}

impl Product {
    /// Computes `count` positions, tile by tile. The last tile is left pending.
    ///
    /// # Safety
    /// The pointers are valid for `count` positions, as [`Tile`] and [`Epilogue`] say, until that tile is finished;
    /// [`Multiplier::begin`] was called for the height of their tiles.
    #[inline(always)]
    pub(super) unsafe fn run<M: Multiplier>(&self, count: usize, pending: &mut Pending) {
        let (height, starts) = tiles(count, M::TILE_ROWS);
        const { assert!(M::TILE_ROWS <= MOST_ROWS, "room for the sums") };
        let vectors = self.channels.div_ceil(PANELS.lanes).min(PANELS.vectors);
        // The next panel is not in the L2 cache yet. The tiles prefetch it together.
        let next = self.panel.wrapping_add(self.runs * self.steps * STEP);
        let has_next = self.channels > PANELS.width();
        let (turn, turns) = self.turn;
        let tiles = starts.clone().count();
        for (index, start) in (turn * tiles..).zip(starts) {
            let (first, lines) = prefetched(index, turns * tiles);
            let tile = Tile {
                runs: self.runs,
                steps: self.steps,
                last_groups: self.last_groups,
                // SAFETY: `start + height <= count`, for which the caller's pointers are valid.
                input: unsafe { self.input.add(start * self.position_stride) },
                run_stride: self.run_stride,
                position_stride: self.position_stride,
                panel: self.panel,
                vectors,
                prefetch: (
                    next.wrapping_add(self.runs * self.steps * first * CACHE_LINE),
                    if has_next { lines } else { 0 },
                ),
            };
            // SAFETY: as above; there is room for the sums of `TILE_ROWS` positions.
            unsafe {
                M::multiply(&tile, height, pending);
                let Epilogue { shortcut, output, .. } = self.epilogue;
                let epilogue = Epilogue {
                    shortcut: shortcut.map(|shortcut| shortcut.add(start * bf16::BLOCK)),
                    output: output.add(start * bf16::BLOCK),
                    ..self.epilogue
                };
                pending.defer(epilogue, height, vectors);
            }
        }
    }
}
