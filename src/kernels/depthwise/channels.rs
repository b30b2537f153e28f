//! What a depthwise convolution needs from a vector: it holds the sums of some channels of a block, in `f32`, at one
//! position or at several neighbouring ones.

#![expect(unsafe_code, reason = "the vector trait")]

use super::zeros::zeros;
use crate::kernels::activation::apply_in_memory;
use crate::kernels::element::Element;
use crate::kernels::simd::Simd;
use crate::nn::Activation;

/// The sums of [`COUNT`](Self::COUNT) channels of a block at [`POSITIONS`](Self::POSITIONS) neighbouring positions.
///
/// # Safety
/// `COUNT` is the exact number of values that [`filter`](Self::filter) reads, that [`load`](Self::load) and
/// [`load_existing`](Self::load_existing) read at a position, and that [`store`](Self::store) writes there. Every method
/// requires that the processor has the instructions.
pub(in crate::kernels) unsafe trait Channels<E: Element>: Copy {
    /// The number of channels in a vector.
    const COUNT: usize;
    /// The number of neighbouring positions in a vector. With more than one, `COUNT` is a whole block.
    const POSITIONS: usize;
    /// Whether a value is loaded only once for all outputs that it contributes to, because converting it costs more
    /// than registers.
    const KEEPS_VALUES: bool;
    /// A vector of a single position, for rows and strides for which this one is too long.
    type OnePosition: Channels<E>;

    /// Where a channel's filter is packed within its block.
    fn place(channel: usize) -> usize;
    /// Loads filters or biases, the same for every position.
    ///
    /// # Safety
    /// `from` is readable for `COUNT` values.
    unsafe fn filter(from: *const f32) -> Self;
    /// Loads channels of a feature map at neighbouring positions.
    ///
    /// # Safety
    /// `from` is readable for `COUNT` values at each of `POSITIONS` positions, which are a block apart.
    unsafe fn load(from: *const E) -> Self;
    /// As [`load`](Self::load), but with zeros for the positions that do not exist.
    ///
    /// # Safety
    /// `from` is readable for `COUNT` values at every position that exists.
    unsafe fn load_existing(from: *const E, exists: impl Fn(usize) -> bool) -> Self;
    /// `self + a · b`
    unsafe fn multiply_add(self, a: Self, b: Self) -> Self;
    /// Stores the sums of neighbouring positions, after the part of the activation that
    /// [`finish_in_memory`](Self::finish_in_memory) does not apply. They are in the first vectors of `sums`.
    ///
    /// # Safety
    /// `to` is writable for `COUNT` values at each of these positions, which are a block apart.
    unsafe fn store<const POSITIONS: usize>(sums: [Self; POSITIONS], activation: Activation, to: *mut E);
    /// Applies the remaining part of the activation.
    ///
    /// # Safety
    /// `values` is valid for reads and writes of `count` values, in whole blocks.
    unsafe fn finish_in_memory(activation: Activation, values: *mut E, count: usize);
}

// SAFETY: `Simd` has the same contract for its lanes, and for its blocks where it has more lanes than a block has channels.
unsafe impl<S: Simd> Channels<f32> for S {
    const COUNT: usize = if S::LANES < f32::BLOCK { S::LANES } else { f32::BLOCK };
    const POSITIONS: usize = S::LANES / Self::COUNT;
    // Every second load of two positions crosses a cache line, which takes as long as two loads.
    const KEEPS_VALUES: bool = Self::POSITIONS > 1;
    type OnePosition = S::WithinBlock;

    fn place(channel: usize) -> usize {
        channel
    }

    #[inline(always)]
    unsafe fn filter(from: *const f32) -> Self {
        // SAFETY: the caller's pointer is readable.
        unsafe { S::load_blocks(Self::POSITIONS, |_| from) }
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller's pointer is readable, and neighbouring positions of a whole block are adjacent.
        unsafe { S::load(from) }
    }

    #[inline(always)]
    unsafe fn load_existing(from: *const f32, exists: impl Fn(usize) -> bool) -> Self {
        let at = |position: usize| {
            if exists(position) { from.wrapping_add(position * f32::BLOCK) } else { zeros() }
        };
        // SAFETY: the caller's pointer is readable where a position exists, and zeros are elsewhere.
        unsafe { S::load_blocks(Self::POSITIONS, at) }
    }

    #[inline(always)]
    unsafe fn multiply_add(self, a: Self, b: Self) -> Self {
        // SAFETY: the caller guarantees that the processor has the instructions.
        unsafe { S::multiply_add(self, a, b) }
    }

    #[inline(always)]
    unsafe fn store<const POSITIONS: usize>(sums: [Self; POSITIONS], activation: Activation, to: *mut f32) {
        let (low, high) = activation.bounds();
        for (vector, sum) in sums.into_iter().take(POSITIONS.div_ceil(Self::POSITIONS)).enumerate() {
            let first = vector * Self::POSITIONS;
            // SAFETY: the caller's pointer is writable at every position, and neighbouring positions of a whole block are
            // adjacent.
            unsafe {
                let (sum, to) = (sum.clamp(S::splat(low), S::splat(high)), to.add(first * f32::BLOCK));
                if first + Self::POSITIONS <= POSITIONS {
                    Simd::store(sum, to);
                } else {
                    sum.store_blocks(POSITIONS - first, |position| to.add(position * f32::BLOCK));
                }
            }
        }
    }

    #[inline(always)]
    unsafe fn finish_in_memory(activation: Activation, values: *mut f32, count: usize) {
        // SAFETY: the caller's pointer is valid for these values, in whole blocks.
        unsafe { apply_in_memory::<S>(activation, values, count) }
    }
}
