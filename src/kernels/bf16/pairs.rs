//! What the bf16 kernels need from a vector of `f32`.

#![expect(unsafe_code, reason = "declares the unsafe trait; the implementations are in `isa`")]

use half::bf16;

use crate::kernels::simd::Simd;

/// Sixteen sums: half of the channels of a block of bf16.
///
/// # Safety
/// As for [`Simd`]. The methods read and write blocks of 32 values, and nothing else.
pub(in crate::kernels) unsafe trait Pairs: Simd {
    /// Loads channels 0 to 15 of a block, and channels 16 to 31.
    ///
    /// # Safety
    /// `from` is readable for a block.
    unsafe fn load_halves(from: *const bf16) -> [Self; 2];
    /// Stores a block. Rounds to nearest, ties to even; NaN stays NaN.
    ///
    /// # Safety
    /// `to` is writable for a block.
    unsafe fn store_halves(halves: [Self; 2], to: *mut bf16);
    /// Loads the even channels of a block, and the odd ones. They are the lower and the upper halves of its words, so
    /// this needs no shuffle.
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
