//! What a kernel needs of a vector of `f32`.

#![expect(unsafe_code, reason = "declares the unsafe trait; the implementations are in `isa`")]

use super::layout::CHANNEL_BLOCK;

/// A vector of `f32`.
///
/// # Safety
/// [`LANES`](Self::LANES) is the exact number of values that [`load`](Self::load) reads and [`store`](Self::store)
/// writes, and [`hide_from_optimizer`](Self::hide_from_optimizer) returns its argument: kernels compute addresses from
/// both. They check at compile time what else they rely on, with [`assert_divides_block`] and in
/// [`microkernel`](super::microkernel).
///
/// Every method but [`hide_from_optimizer`](Self::hide_from_optimizer) and [`prefetch`](Self::prefetch) requires that
/// the processor has the instructions.
pub(super) unsafe trait Simd: Copy {
    /// Values in a vector.
    const LANES: usize;
    /// Rows of the largest tile of a matrix product: that many rows by two vectors of sums stay in registers.
    const TILE_ROWS: usize;

    /// All lanes the same.
    unsafe fn splat(value: f32) -> Self;
    /// # Safety
    /// `from` is readable for [`LANES`](Self::LANES) values.
    unsafe fn load(from: *const f32) -> Self;
    /// # Safety
    /// `to` is writable for [`LANES`](Self::LANES) values.
    unsafe fn store(self, to: *mut f32);
    unsafe fn add(self, other: Self) -> Self;
    unsafe fn multiply(self, other: Self) -> Self;
    /// `self + a · b`
    unsafe fn multiply_add(self, a: Self, b: Self) -> Self;
    /// Keeps NaN.
    unsafe fn clamp(self, low: Self, high: Self) -> Self;

    /// Returns the pointer, opaque to the optimizer: values loaded through it before are loaded again instead of being
    /// kept in registers that sums need more.
    fn hide_from_optimizer(pointer: *const f32) -> *const f32;
    /// Asks for the cache line at `address`, which need not be valid, to be brought into the L2 cache.
    fn prefetch(address: *const f32);
}

/// Refuses to compile a kernel for a vector that does not divide a block of channels.
///
/// A vector of 16 lanes would span two blocks, which are not adjacent in memory. An instruction set with such vectors
/// has two ways, both in its own file: eight of its lanes with a larger [`Simd::TILE_ROWS`] (AVX-512VL has 32
/// registers), or its own functions in the table rows of the matrix products ([`PointwiseKernel`] and its siblings),
/// which pack their panels themselves and store each half of a vector into its block.
///
/// [`PointwiseKernel`]: super::pointwise::PointwiseKernel
pub(super) const fn assert_divides_block<S: Simd>() {
    assert!(
        S::LANES > 0 && CHANNEL_BLOCK.is_multiple_of(S::LANES),
        "a vector must lie within a block of 8 channels: see simd::assert_divides_block"
    );
}
