//! Activations that are more than a clamp, in vectors.

#![expect(unsafe_code, reason = "the vector trait")]

use super::isa::Simd;
use crate::nn::Activation;

impl Activation {
    /// What [`bounds`](Self::bounds) leaves to do for values just written, which are still in the first-level cache.
    /// In the same pass it would take registers from the sums, in networks that have no use for it as well.
    ///
    /// # Safety
    /// The processor has `S`'s instructions; `count` values, whole vectors, are at `values`.
    #[inline(always)]
    pub(super) unsafe fn gate<S: Simd>(self, values: *mut f32, count: usize) {
        if !self.is_gated() {
            return;
        }
        if self == Self::Gelu {
            // Of one network only, and far from its most expensive part.
            // SAFETY: the caller's.
            let values = unsafe { std::slice::from_raw_parts_mut(values, count) };
            for value in values {
                *value = self.of(*value);
            }
            return;
        }
        // SAFETY: the caller's.
        unsafe {
            for at in (0..count).step_by(S::LANES) {
                let x = S::load(values.add(at));
                let gate = S::splat(0.5).add_product(x, S::splat(1.0 / 6.0));
                let gate = gate.clamp(S::splat(0.0), S::splat(1.0));
                let value = if self == Self::HardSwish { x.product(gate) } else { gate };
                value.store(values.add(at));
            }
        }
    }
}
