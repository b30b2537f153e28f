//! What a kernel needs of a vector of `f32`.

#![expect(unsafe_code, reason = "declares the unsafe trait; the implementations are in `isa`")]

/// A vector of `f32`: a part of a block of channels, a block, or several blocks.
///
/// # Safety
/// [`LANES`](Self::LANES) is the exact number of values that [`load`](Self::load) reads and [`store`](Self::store)
/// writes; [`load_blocks`](Self::load_blocks) and [`store_blocks`](Self::store_blocks) touch a block at the places of
/// the blocks that they are told to, and nothing else; and [`hide_from_optimizer`](Self::hide_from_optimizer) returns its
/// argument: kernels compute addresses from all of these. They check at compile time what else they rely on.
///
/// Every method but [`hide_from_optimizer`](Self::hide_from_optimizer) and [`prefetch`](Self::prefetch) requires that
/// the processor has the instructions.
pub(super) unsafe trait Simd: Copy {
    /// Values in a vector.
    const LANES: usize;
    /// Rows of the tallest tile of a matrix product whose panel has one, two or three vectors: that many rows of sums
    /// stay in registers.
    const TILE_ROWS: [usize; 3];
    /// A vector that lies within a block: this one, or a shorter one of the same instruction set.
    type WithinBlock: Simd;

    /// All lanes the same.
    unsafe fn splat(value: f32) -> Self;
    /// # Safety
    /// `from` is readable for [`LANES`](Self::LANES) values.
    unsafe fn load(from: *const f32) -> Self;
    /// # Safety
    /// `to` is writable for [`LANES`](Self::LANES) values.
    unsafe fn store(self, to: *mut f32);
    /// A vector of several blocks, each from a place of its own, of which the first `count` exist; the others are zero.
    /// A vector within a block is loaded from the first place.
    ///
    /// # Safety
    /// `at(b)` is readable for a block, or for a vector within it, for every `b` below `count`, which is not 0.
    #[inline(always)]
    unsafe fn load_blocks(_count: usize, at: impl Fn(usize) -> *const f32) -> Self {
        // SAFETY: the caller's pointer is readable.
        unsafe { Self::load(at(0)) }
    }
    /// Stores what [`load_blocks`](Self::load_blocks) loads.
    ///
    /// # Safety
    /// `at(b)` is writable for a block, or for a vector within it, for every `b` below `count`, which is not 0.
    #[inline(always)]
    unsafe fn store_blocks(self, _count: usize, at: impl Fn(usize) -> *mut f32) {
        // SAFETY: the caller's pointer is writable.
        unsafe { self.store(at(0)) }
    }
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
