//! AVX2 with FMA: eight lanes, 16 registers.

#![expect(unsafe_code, reason = "intrinsics; the kernels checked every pointer")]

mod resample_row;

pub(super) use resample_row::row as resample_row;

use std::arch::asm;
use std::arch::x86_64::{
    __m256, _MM_HINT_T1, _mm_prefetch, _mm256_add_ps, _mm256_fmadd_ps, _mm256_loadu_ps, _mm256_max_ps,
    _mm256_min_ps, _mm256_mul_ps, _mm256_set1_ps, _mm256_storeu_ps,
};

use super::instruction_set::{Isa, isa};
use crate::kernels::simd::Simd;

#[derive(Clone, Copy)]
pub(super) struct F32x8(pub(super) __m256);

// SAFETY: a 256-bit load reads eight values and a store writes as many.
unsafe impl Simd for F32x8 {
    const LANES: usize = 8;
    // 6 x 2 sums, 2 columns and a row's value fit 16 registers.
    const TILE_ROWS: [usize; 3] = [6, 6, 3];
    type WithinBlock = Self;

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        // SAFETY: the processor has AVX, which the trait asks of every caller.
        Self(unsafe { _mm256_set1_ps(value) })
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the processor has AVX, and `from` is readable for eight values; no alignment is needed.
        Self(unsafe { _mm256_loadu_ps(from) })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the processor has AVX, and `to` is writable for eight values; no alignment is needed.
        unsafe { _mm256_storeu_ps(to, self.0) }
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        // SAFETY: the processor has AVX.
        Self(unsafe { _mm256_add_ps(self.0, other.0) })
    }

    #[inline(always)]
    unsafe fn multiply(self, other: Self) -> Self {
        // SAFETY: the processor has AVX.
        Self(unsafe { _mm256_mul_ps(self.0, other.0) })
    }

    #[inline(always)]
    unsafe fn multiply_add(self, a: Self, b: Self) -> Self {
        // SAFETY: the processor has FMA.
        Self(unsafe { _mm256_fmadd_ps(a.0, b.0, self.0) })
    }

    #[inline(always)]
    unsafe fn clamp(self, low: Self, high: Self) -> Self {
        // If one operand is NaN, both instructions return the second: NaN stays NaN.
        // SAFETY: the processor has AVX.
        Self(unsafe { _mm256_min_ps(high.0, _mm256_max_ps(low.0, self.0)) })
    }

    #[expect(clippy::pointers_in_nomem_asm_block, reason = "nothing is read there")]
    #[inline(always)]
    fn hide_from_optimizer(mut pointer: *const f32) -> *const f32 {
        // SAFETY: there is no instruction.
        unsafe { asm!("/* {0} */", inout(reg) pointer, options(nomem, nostack, preserves_flags)) };
        pointer
    }

    #[inline(always)]
    fn prefetch(address: *const f32) {
        // SAFETY: every x86-64 has the instruction, and it does nothing for an address that is not valid.
        unsafe { _mm_prefetch::<_MM_HINT_T1>(address.cast()) };
    }
}

/// The instruction set.
pub(super) static ISA: Isa = isa!(
    F32x8,
    "x86-64-avx2-fma",
    || is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"),
    || true,
    resample_row,
    "avx2,fma"
);
