//! What a depthwise convolution needs from a vector: it holds the sums of some channels of a block, in `f32`.

#![expect(unsafe_code, reason = "the vector trait")]

use crate::kernels::activation::apply_in_memory;
use crate::kernels::element::Element;
use crate::kernels::simd::Simd;
use crate::nn::Activation;

/// The sums of [`COUNT`](Self::COUNT) channels of a block.
///
/// # Safety
/// `COUNT` is the exact number of values that [`load`](Self::load) and [`filter`](Self::filter) read and
/// [`store`](Self::store) writes. Every method requires that the processor has the instructions.
pub(in crate::kernels) unsafe trait Channels<E: Element>: Copy {
    /// The number of channels in a vector.
    const COUNT: usize;
    /// Whether a value is loaded only once for all outputs that it contributes to, because converting it costs more
    /// than registers.
    const KEEPS_VALUES: bool;

    /// Where a channel's filter is packed within its block.
    fn place(channel: usize) -> usize;
    /// Loads filters or biases.
    ///
    /// # Safety
    /// `from` is readable for `COUNT` values.
    unsafe fn filter(from: *const f32) -> Self;
    /// Loads channels of a feature map.
    ///
    /// # Safety
    /// `from` is readable for `COUNT` values.
    unsafe fn load(from: *const E) -> Self;
    /// `self + a · b`
    unsafe fn multiply_add(self, a: Self, b: Self) -> Self;
    /// Stores the sums of neighbouring positions, after the part of the activation that
    /// [`finish_in_memory`](Self::finish_in_memory) does not apply.
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

// SAFETY: `Simd` has the same contract for its lanes.
unsafe impl<S: Simd> Channels<f32> for S {
    const COUNT: usize = S::LANES;
    const KEEPS_VALUES: bool = false;

    fn place(channel: usize) -> usize {
        channel
    }

    #[inline(always)]
    unsafe fn filter(from: *const f32) -> Self {
        // SAFETY: the caller's pointer is readable.
        unsafe { S::load(from) }
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller's pointer is readable.
        unsafe { S::load(from) }
    }

    #[inline(always)]
    unsafe fn multiply_add(self, a: Self, b: Self) -> Self {
        // SAFETY: the caller guarantees that the processor has the instructions.
        unsafe { S::multiply_add(self, a, b) }
    }

    #[inline(always)]
    unsafe fn store<const POSITIONS: usize>(sums: [Self; POSITIONS], activation: Activation, to: *mut f32) {
        let (low, high) = activation.bounds();
        for (position, sum) in sums.into_iter().enumerate() {
            // SAFETY: the caller's pointer is writable at every position.
            unsafe {
                Simd::store(sum.clamp(S::splat(low), S::splat(high)), to.add(position * f32::BLOCK));
            }
        }
    }

    #[inline(always)]
    unsafe fn finish_in_memory(activation: Activation, values: *mut f32, count: usize) {
        // SAFETY: the caller's pointer is valid for these values, in whole blocks.
        unsafe { apply_in_memory::<S>(activation, values, count) }
    }
}
