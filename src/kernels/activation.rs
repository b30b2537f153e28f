//! Activations that are more than a clamp, in vectors.

#![expect(unsafe_code, reason = "the vector trait")]

use super::simd::Simd;
use crate::nn::Activation;

/// Applies what [`bounds`](Activation::bounds) does not: to values that were just written and are still in the L1 cache.
/// In the same pass it would take registers from the sums, even in networks that do not use it.
///
/// # Safety
/// The processor has `S`'s instructions; `values` is valid for reads and writes of `count` values, a multiple of
/// `S::LANES`.
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
    // SAFETY: the processor has the instructions; `at + LANES <= count`, because `count` is a multiple of `LANES`.
    unsafe {
        for at in (0..count).step_by(S::LANES) {
            let x = S::load(values.add(at));
            let gate = S::splat(0.5).multiply_add(x, S::splat(1.0 / 6.0));
            let gate = gate.clamp(S::splat(0.0), S::splat(1.0));
            let value = if activation == Activation::HardSwish { x.multiply(gate) } else { gate };
            value.store(values.add(at));
        }
    }
}
