//! Activations of vectors of sums.

#![expect(unsafe_code, reason = "the vector trait")]

use half::bf16;

use crate::kernels::element::Element;
use crate::kernels::simd::Simd;
use crate::nn::Activation;

/// An activation of two vectors in registers. A type and no closure: kernels are compiled for an instruction set by being
/// inlined, and only a function can be marked so.
pub(super) trait Activate<S>: Copy {
    /// # Safety
    /// The processor has the instructions of `S`.
    unsafe fn of(self, sums: [S; 2]) -> [S; 2];
}

/// Compiles `$body` once for each activation, with `$activated` an [`Activate`] for `$simd`.
macro_rules! with_activation {
    ($simd:ty, $activation:expr, $activated:ident => $body:expr) => {{
        use $crate::kernels::bf16::activate::{Clamp, Gelu, HardSigmoid, HardSwish, Linear};
        use $crate::nn::Activation;
        let activation: Activation = $activation;
        match activation {
            Activation::Linear => {
                let $activated = Linear;
                $body
            }
            Activation::Relu | Activation::Relu6 => {
                let $activated = Clamp::<$simd>::to(activation.bounds());
                $body
            }
            Activation::HardSigmoid => {
                let $activated = HardSigmoid;
                $body
            }
            Activation::HardSwish => {
                let $activated = HardSwish;
                $body
            }
            Activation::Gelu => {
                let $activated = Gelu;
                $body
            }
        }
    }};
}
pub(super) use with_activation;

#[derive(Clone, Copy)]
pub(super) struct Linear;

impl<S: Simd> Activate<S> for Linear {
    #[inline(always)]
    unsafe fn of(self, sums: [S; 2]) -> [S; 2] {
        sums
    }
}

/// Limits, which are computed once.
#[derive(Clone, Copy)]
pub(super) struct Clamp<S> {
    low: S,
    high: S,
}

impl<S: Simd> Clamp<S> {
    /// # Safety
    /// The processor has the instructions of `S`.
    #[inline(always)]
    pub(super) unsafe fn to((low, high): (f32, f32)) -> Self {
        // SAFETY: the caller guarantees that the processor has the instructions.
        unsafe { Self { low: S::splat(low), high: S::splat(high) } }
    }
}

impl<S: Simd> Activate<S> for Clamp<S> {
    #[inline(always)]
    unsafe fn of(self, [a, b]: [S; 2]) -> [S; 2] {
        // SAFETY: the caller guarantees that the processor has the instructions.
        unsafe { [a.clamp(self.low, self.high), b.clamp(self.low, self.high)] }
    }
}

#[derive(Clone, Copy)]
pub(super) struct HardSigmoid;

impl<S: Simd> Activate<S> for HardSigmoid {
    #[inline(always)]
    unsafe fn of(self, [a, b]: [S; 2]) -> [S; 2] {
        // SAFETY: the caller guarantees that the processor has the instructions.
        unsafe { [hard_sigmoid(a), hard_sigmoid(b)] }
    }
}

#[derive(Clone, Copy)]
pub(super) struct HardSwish;

impl<S: Simd> Activate<S> for HardSwish {
    #[inline(always)]
    unsafe fn of(self, [a, b]: [S; 2]) -> [S; 2] {
        // SAFETY: the caller guarantees that the processor has the instructions.
        unsafe { [a.multiply(hard_sigmoid(a)), b.multiply(hard_sigmoid(b))] }
    }
}

#[derive(Clone, Copy)]
pub(super) struct Gelu;

impl<S: Simd> Activate<S> for Gelu {
    #[inline(always)]
    unsafe fn of(self, [a, b]: [S; 2]) -> [S; 2] {
        // SAFETY: the caller guarantees that the processor has the instructions.
        unsafe { [gelu(a), gelu(b)] }
    }
}

/// # Safety
/// The processor has the instructions of `S`.
#[inline(always)]
unsafe fn gelu<S: Simd>(x: S) -> S {
    const { assert!(S::LANES <= bf16::BLOCK, "lanes of the array") };
    let mut lanes = [0.0; bf16::BLOCK];
    // SAFETY: the array has room for the lanes that are stored in it.
    unsafe {
        x.store(lanes.as_mut_ptr());
        for lane in &mut lanes[..S::LANES] {
            *lane = Activation::Gelu.of(*lane);
        }
        S::load(lanes.as_ptr())
    }
}

/// # Safety
/// The processor has the instructions of `S`.
#[inline(always)]
unsafe fn hard_sigmoid<S: Simd>(x: S) -> S {
    // SAFETY: the caller guarantees that the processor has the instructions.
    unsafe { S::splat(0.5).multiply_add(x, S::splat(1.0 / 6.0)).clamp(S::splat(0.0), S::splat(1.0)) }
}
