//! As many multiply-adds as the processor can do in registers: the upper bound of every kernel of an instruction set.
//!
//! `measure::peak` times it on several threads.

#![expect(unsafe_code, reason = "the vector trait")]

use std::hint::black_box;

use super::simd::Simd;

/// Independent sums: more than two multipliers with a latency of five cycles need, fewer than there are registers.
const CHAINS: usize = 12;
/// Values of the longest vector.
const MAX_LANES: usize = 16;

/// The kernel of one instruction set.
#[derive(Debug)]
pub struct PeakKernel {
    /// # Safety
    /// The processor has the kernel's instructions.
    pub(super) run: unsafe fn(usize) -> f32,
    pub(super) operations: usize,
}

impl PeakKernel {
    /// Floating-point operations of one round.
    pub fn operations(&self) -> usize {
        self.operations
    }

    /// `rounds` rounds of independent multiply-adds between registers. The result means nothing.
    pub fn run(&self, rounds: usize) -> f32 {
        // SAFETY: a kernel is reached only through an available `Isa`.
        unsafe { (self.run)(rounds) }
    }
}

/// Floating-point operations of one round of [`run`].
pub(super) const fn operations<S: Simd>() -> usize {
    2 * CHAINS * S::LANES
}

/// # Safety
/// The processor has `S`'s instructions.
#[inline(always)]
pub(super) unsafe fn run<S: Simd>(rounds: usize) -> f32 {
    const { assert!(S::LANES <= MAX_LANES, "lanes of the arrays") };
    // The compiler must not know these values, or it would merge sums of equal lanes, or compute them itself. They
    // converge, so that none becomes subnormal.
    let mut lanes = black_box([1.0; CHAINS * MAX_LANES]);
    let factor = black_box([0.5; MAX_LANES]);
    // SAFETY: both arrays hold `MAX_LANES` values for every vector that is read or written, as many as it has or more.
    unsafe {
        let (factor, addend) = (S::load(factor.as_ptr()), S::load(lanes.as_ptr()));
        let mut sums: [S; CHAINS] =
            std::array::from_fn(|chain| S::load(lanes.as_ptr().add(chain * S::LANES)));
        for _ in 0..rounds {
            for sum in &mut sums {
                *sum = addend.multiply_add(*sum, factor);
            }
        }
        for (chain, sum) in sums.into_iter().enumerate() {
            sum.store(lanes.as_mut_ptr().add(chain * S::LANES));
        }
    }
    black_box(lanes)[0]
}
