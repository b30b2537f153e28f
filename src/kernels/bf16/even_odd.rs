//! The vector of a depthwise convolution: a whole block, with even and odd channels kept apart.

#![expect(unsafe_code, reason = "the vector trait")]

use half::bf16;

use super::activate::{Activate, with_activation};
use super::pairs::Pairs;
use crate::kernels::depthwise::{Channels, zeros};
use crate::kernels::element::Element;
use crate::nn::Activation;

/// The sums of a block's even channels, and those of its odd ones.
#[derive(Clone, Copy)]
pub(in crate::kernels) struct EvenOdd<S>([S; 2]);

// SAFETY: `Pairs` reads and writes whole blocks, and `COUNT` is the length of a block.
unsafe impl<S: Pairs> Channels<bf16> for EvenOdd<S> {
    const COUNT: usize = bf16::BLOCK;
    const POSITIONS: usize = 1;
    const KEEPS_VALUES: bool = true;
    type OnePosition = Self;

    fn place(channel: usize) -> usize {
        channel % 2 * (bf16::BLOCK / 2) + channel / 2
    }

    #[inline(always)]
    unsafe fn filter(from: *const f32) -> Self {
        // SAFETY: the caller's pointer is readable for a block, which is two vectors.
        Self(unsafe { [S::load(from), S::load(from.add(S::LANES))] })
    }

    #[inline(always)]
    unsafe fn load(from: *const bf16) -> Self {
        // SAFETY: the caller's pointer is readable for a block.
        Self(unsafe { S::load_even_odd(from) })
    }

    #[inline(always)]
    unsafe fn load_existing(from: *const bf16, exists: impl Fn(usize) -> bool) -> Self {
        // SAFETY: the caller's pointer is readable if the position exists, and the zeros always are.
        unsafe { Self::load(if exists(0) { from } else { zeros() }) }
    }

    #[inline(always)]
    unsafe fn multiply_add(self, a: Self, b: Self) -> Self {
        let ([even, odd], [a_even, a_odd], [b_even, b_odd]) = (self.0, a.0, b.0);
        // SAFETY: the caller guarantees that the processor has the instructions.
        Self(unsafe { [even.multiply_add(a_even, b_even), odd.multiply_add(a_odd, b_odd)] })
    }

    #[inline(always)]
    unsafe fn store<const POSITIONS: usize>(sums: [Self; POSITIONS], activation: Activation, to: *mut bf16) {
        // The activation is chosen for each position: with a separate loop for each activation, the sums would leave
        // the registers.
        for (position, sum) in sums.into_iter().enumerate() {
            // SAFETY: the caller's pointer is writable for a block at every position.
            unsafe {
                let values = with_activation!(S, activation, activated => activated.of(sum.0));
                S::store_even_odd(values, to.add(position * bf16::BLOCK));
            }
        }
    }

    #[inline(always)]
    unsafe fn finish_in_memory(_: Activation, _: *mut bf16, _: usize) {
        // The whole activation was applied before rounding.
    }
}
