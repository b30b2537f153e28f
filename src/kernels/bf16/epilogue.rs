//! From sums to a feature map: bias, activation and shortcut in `f32`, then one rounding.

#![expect(unsafe_code, reason = "the vector trait")]

use half::bf16;

use super::activate::{Activate, with_activation};
use super::pairs::Pairs;
use crate::kernels::element::Element;
use crate::nn::Activation;

/// What turns the sums of a tile into a feature map.
#[derive(Clone, Copy)]
pub(super) struct Epilogue {
    /// `[32]`
    pub bias: *const f32,
    pub activation: Activation,
    /// The first position of the shortcut's block, which is added after the activation.
    pub shortcut: Option<*const bf16>,
    /// The first position of the output's block.
    pub output: *mut bf16,
}

impl Epilogue {
    /// Writes `rows` positions from `sums` `[rows, 32]`. If only the first of the two `halves` of a block exists, the
    /// sums of the other one count as zero.
    ///
    /// # Safety
    /// The processor has the instructions of `S`; the pointers are valid for `rows` blocks and for the bias.
    #[inline(always)]
    pub(super) unsafe fn run<S: Pairs>(&self, sums: *const f32, rows: usize, halves: usize) {
        // Everything that does not change from row to row is decided before the loop.
        // SAFETY: the caller's pointers are valid for `rows` blocks.
        unsafe {
            with_activation!(S, self.activation, activated => {
                match (halves > 1, self.shortcut) {
                    (true, None) => self.rows::<S, 2>(sums, rows, None, activated),
                    (true, Some(shortcut)) => self.rows::<S, 2>(sums, rows, Some(shortcut), activated),
                    (false, shortcut) => self.rows::<S, 1>(sums, rows, shortcut, activated),
                }
            });
        }
    }

    /// # Safety
    /// As for [`run`](Self::run).
    #[inline(always)]
    unsafe fn rows<S: Pairs, const HALVES: usize>(
        &self,
        sums: *const f32,
        rows: usize,
        shortcut: Option<*const bf16>,
        activated: impl Activate<S>,
    ) {
        // SAFETY: the caller's pointers are valid for `rows` blocks, of two vectors each.
        unsafe {
            let bias = [S::load(self.bias), S::load(self.bias.add(S::LANES))];
            for row in 0..rows {
                let at = row * bf16::BLOCK;
                let second = if HALVES > 1 { S::load(sums.add(at + S::LANES)) } else { S::splat(0.0) };
                let mut values = activated.of([S::load(sums.add(at)).add(bias[0]), second.add(bias[1])]);
                if let Some(shortcut) = shortcut {
                    let added = S::load_halves(shortcut.add(at));
                    values = [values[0].add(added[0]), values[1].add(added[1])];
                }
                S::store_halves(values, self.output.add(at));
            }
        }
    }
}
