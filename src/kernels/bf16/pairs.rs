//! What the bf16 kernels need from a vector of `f32`.

#![expect(unsafe_code, reason = "declares the unsafe trait; the implementations are in `isa`")]

use half::bf16;

use crate::kernels::simd::Simd;

/// The number of values that a pixel is split into: for its channels a, b and c, the values a₁ a₂ b₁ b₂ c₁ c₂ a₁ b₁ c₁ 0, where
/// a₁ + a₂ is a, but for its last bits.
pub(in crate::kernels) const PIXEL_PARTS: usize = 10;
/// The number of pixels that are split at a time.
pub(in crate::kernels) const PART_PIXELS: usize = 16;

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
    /// Splits [`PART_PIXELS`] pixels of three planes into [`PIXEL_PARTS`] values each. The sum of the two parts of a
    /// finite value is at most 2⁻¹⁶ of it off. Infinities, and the NaN that arithmetic makes, have
    /// parts that are not finite.
    ///
    /// # Safety
    /// The planes are readable for as many values, `to` is writable for the parts.
    unsafe fn store_pixel_parts(planes: [*const f32; 3], to: *mut bf16);
}
