//! The sums of the last tile. Their epilogue runs while the next tile is multiplied.
//!
//! A tile unit takes a while to multiply and to store its sums. An epilogue that read them at once would wait for both,
//! and the unit would then wait for the epilogue. One tile later they have long been stored: a core that executes out
//! of order works on the epilogue while the unit multiplies.

#![expect(unsafe_code, reason = "pointers that the kernels checked")]

use std::mem::MaybeUninit;

use half::bf16;

use super::epilogue::Epilogue;
use super::pairs::Pairs;
use crate::kernels::element::Element;

/// The largest number of positions in a tile.
pub(super) const MOST_ROWS: usize = 32;

/// Room for the sums of a tile, `[rows, 32]`, each row in two cache lines; and what is still to be done with them.
#[repr(align(64))]
pub(in crate::kernels) struct Pending {
    sums: [MaybeUninit<f32>; MOST_ROWS * bf16::BLOCK],
    epilogue: Option<PendingEpilogue>,
}

/// The epilogue of `rows` positions, with one or both `halves` of a block.
struct PendingEpilogue {
    epilogue: Epilogue,
    rows: usize,
    halves: usize,
}

impl Pending {
    /// Nothing is pending.
    pub(super) fn new() -> Self {
        Self { sums: [MaybeUninit::uninit(); _], epilogue: None }
    }

    /// Where to write the sums of a tile, once the last one is finished.
    #[inline(always)]
    pub(in crate::kernels) fn sums(&mut self) -> *mut f32 {
        self.sums.as_mut_ptr().cast()
    }

    /// Leaves the epilogue of the sums that have been written for later.
    #[inline(always)]
    pub(super) fn defer(&mut self, epilogue: Epilogue, rows: usize, halves: usize) {
        debug_assert!(self.epilogue.is_none(), "a tile that was not finished");
        self.epilogue = Some(PendingEpilogue { epilogue, rows, halves });
    }

    /// Runs the epilogue that is pending, if there is one.
    ///
    /// # Safety
    /// The processor has the instructions of `S`; the pointers of the epilogue are valid for its rows, whose sums have
    /// been written.
    #[inline(always)]
    pub(in crate::kernels) unsafe fn finish<S: Pairs>(&mut self) {
        if let Some(PendingEpilogue { epilogue, rows, halves }) = self.epilogue.take() {
            // SAFETY: the caller guarantees that the sums were written and the pointers are valid.
            unsafe { epilogue.run::<S>(self.sums(), rows, halves) };
        }
    }
}
