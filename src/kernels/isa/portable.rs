//! Four lanes in an array, which LLVM turns into the vectors that every processor of the target has (SSE2 on x86-64,
//! NEON on aarch64).

#![expect(unsafe_code, reason = "loads and stores through pointers that the kernels checked")]

use super::instruction_set::{Isa, isa};
use crate::kernels::simd::Simd;

#[derive(Clone, Copy)]
pub(super) struct F32x4([f32; 4]);

impl F32x4 {
    /// Written out: from a loop over lanes LLVM keeps some vectors as halves.
    #[inline(always)]
    fn map2(self, other: Self, f: impl Fn(f32, f32) -> f32) -> Self {
        let ([a, b, c, d], [e, g, h, i]) = (self.0, other.0);
        Self([f(a, e), f(b, g), f(c, h), f(d, i)])
    }
}

// SAFETY: `load` reads an array of four values and `store` writes one.
unsafe impl Simd for F32x4 {
    const LANES: usize = 4;
    // 4 x 2 sums, 2 columns, a row's value and two products fit 16 registers.
    const TILE_ROWS: [usize; 3] = [4, 4, 2];
    type WithinBlock = Self;

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        Self([value; 4])
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: `from` is readable for four values, and an array of f32 needs their alignment only.
        Self(unsafe { from.cast::<[f32; 4]>().read() })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: `to` is writable for four values, and an array of f32 needs their alignment only.
        unsafe { to.cast::<[f32; 4]>().write(self.0) };
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        self.map2(other, |a, b| a + b)
    }

    #[inline(always)]
    unsafe fn multiply(self, other: Self) -> Self {
        self.map2(other, |a, b| a * b)
    }

    #[inline(always)]
    unsafe fn multiply_add(self, a: Self, b: Self) -> Self {
        // Not `mul_add`: without the instruction that is a call of libm.
        self.map2(a.map2(b, |a, b| a * b), |sum, product| sum + product)
    }

    #[inline(always)]
    unsafe fn clamp(self, low: Self, high: Self) -> Self {
        let above = self.map2(low, |x, low| if x < low { low } else { x });
        above.map2(high, |x, high| if x > high { high } else { x })
    }

    #[inline(always)]
    fn hide_from_optimizer(pointer: *const f32) -> *const f32 {
        // There is no portable way that does not write the pointer to memory.
        pointer
    }

    #[inline(always)]
    fn prefetch(_address: *const f32) {
        // There is no portable instruction for it.
    }
}

/// The instruction set.
pub(super) static ISA: Isa = isa!(F32x4, "portable", || true, || true, resample::row);
