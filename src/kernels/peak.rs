//! As many multiplications and additions as the processor can do: the yardstick of the other kernels.

#![expect(unsafe_code, reason = "the vector trait")]

use std::hint::black_box;

use super::isa::{Isa, Simd};

/// Sums at once: more than two multipliers of a latency of five need, fewer than registers.
const CHAINS: usize = 12;

/// Floating-point operations of one round.
pub fn operations(isa: &Isa) -> usize {
    2 * CHAINS * isa.lanes
}

/// `rounds` rounds of independent multiply-adds between registers. The result means nothing.
pub fn run(isa: &Isa, rounds: usize) -> f32 {
    (isa.peak)(rounds)
}

/// The rounds.
///
/// # Safety
/// The processor has `S`'s instructions.
#[inline(always)]
pub(super) unsafe fn rounds<S: Simd>(rounds: usize) -> f32 {
    let mut lanes = [0.0; super::BLOCK];
    // SAFETY: the caller's; a vector is a block or a part of it.
    unsafe {
        // Unknown to the compiler, or it would do the sums itself. They converge, so that no value is subnormal.
        let (factor, addend) = (S::splat(black_box(0.5)), S::splat(black_box(1.0)));
        let mut sums = [addend; CHAINS];
        for _ in 0..rounds {
            for sum in &mut sums {
                *sum = addend.add_product(*sum, factor);
            }
        }
        let total = sums.into_iter().fold(addend, |total, sum| total.add(sum));
        total.store(lanes.as_mut_ptr());
    }
    black_box(lanes[0])
}
