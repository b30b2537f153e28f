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
    // Values that the compiler knows nothing of, or it would share the sums of equal lanes, or do them itself. They
    // converge, so that none is subnormal.
    let mut lanes = black_box([1.0; CHAINS * super::CHANNEL_BLOCK]);
    // SAFETY: the caller's; a vector is a block or a part of it.
    unsafe {
        let (factor, addend) =
            (S::load(black_box([0.5; super::CHANNEL_BLOCK]).as_ptr()), S::load(lanes.as_ptr()));
        let mut sums: [S; CHAINS] =
            std::array::from_fn(|chain| S::load(lanes.as_ptr().add(chain * S::LANES)));
        for _ in 0..rounds {
            for sum in &mut sums {
                *sum = addend.add_product(*sum, factor);
            }
        }
        for (chain, sum) in sums.into_iter().enumerate() {
            sum.store(lanes.as_mut_ptr().add(chain * S::LANES));
        }
    }
    black_box(lanes)[0]
}
