//! Activations that are more than a clamp, in vectors.

#![expect(unsafe_code, reason = "the vector trait")]

use super::simd::Simd;
use crate::nn::Activation;

/// Applies what [`bounds`](Activation::bounds) does not: to values that were just written and are still in the L1 cache.
/// In the same pass it would take registers from the sums, even in networks that do not use it.
///
/// # Safety
/// The processor has `S`'s instructions; `values` is valid for reads and writes of `count` values, a multiple of
/// [`CHANNEL_BLOCK`](super::layout::CHANNEL_BLOCK).
#[inline(always)]
pub(super) unsafe fn apply_in_memory<S: Simd>(activation: Activation, values: *mut f32, count: usize) {
    if activation.is_clamp() {
        return;
    }
    if activation == Activation::Gelu {
        // Only two networks have it. The loop vectorises but for its exponential.
        // SAFETY: `values` is valid for `count` values.
        let values = unsafe { std::slice::from_raw_parts_mut(values, count) };
        for value in values {
            *value = activation.of(*value);
        }
        return;
    }
    // SAFETY: the processor has the instructions; `values` is valid for `count` values, a multiple of the lanes of a
    // vector within a block.
    unsafe {
        let done = hard::<S>(activation, values, count);
        hard::<S::WithinBlock>(activation, values.add(done), count - done);
    }
}

/// Hard swish or hard sigmoid of whole vectors. Returns how many values these are.
///
/// # Safety
/// The processor has `S`'s instructions; `values` is valid for reads and writes of `count` values.
#[inline(always)]
unsafe fn hard<S: Simd>(activation: Activation, values: *mut f32, count: usize) -> usize {
    let whole = count / S::LANES * S::LANES;
    // SAFETY: the processor has the instructions; `at + LANES <= whole <= count`.
    unsafe {
        for at in (0..whole).step_by(S::LANES) {
            let x = S::load(values.add(at));
            let gate = S::splat(0.5).multiply_add(x, S::splat(1.0 / 6.0));
            let gate = gate.clamp(S::splat(0.0), S::splat(1.0));
            let value = if activation == Activation::HardSwish { x.multiply(gate) } else { gate };
            value.store(values.add(at));
        }
    }
    whole
}
