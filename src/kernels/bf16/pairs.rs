//! What a kernel of bf16 needs of a vector of `f32`.

#![expect(unsafe_code, reason = "declares the unsafe trait; the implementations are in `isa`")]

use half::bf16;

use crate::kernels::simd::Simd;

/// Sixteen sums: half of the channels of a block of bf16.
///
/// # Safety
/// As for [`Simd`]: blocks of 32 values are read and written, and nothing else.
pub(in crate::kernels) unsafe trait Pairs: Simd {
    /// Channels 0 to 15 of a block, and 16 to 31.
    ///
    /// # Safety
    /// `from` is readable for a block.
    unsafe fn load_halves(from: *const bf16) -> [Self; 2];
    /// Rounds to nearest, ties to even; NaN stays NaN.
    ///
    /// # Safety
    /// `to` is writable for a block.
    unsafe fn store_halves(halves: [Self; 2], to: *mut bf16);
    /// The even channels of a block, and the odd ones: the lower and the upper halves of its words, which need no shuffle.
    ///
    /// # Safety
    /// `from` is readable for a block.
    unsafe fn load_even_odd(from: *const bf16) -> [Self; 2];
    /// Stores what [`load_even_odd`](Self::load_even_odd) loads, rounded as [`store_halves`](Self::store_halves) does.
    ///
    /// # Safety
    /// `to` is writable for a block.
    unsafe fn store_even_odd(even_odd: [Self; 2], to: *mut bf16);
}
