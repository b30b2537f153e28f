//! AVX2 with FMA: eight lanes, 16 registers.

#![expect(unsafe_code, reason = "intrinsics; the kernels checked every pointer")]

mod resample;

use std::arch::asm;
use std::arch::x86_64::{
    __m256, _MM_HINT_T1, _mm_prefetch, _mm256_add_ps, _mm256_fmadd_ps, _mm256_loadu_ps, _mm256_max_ps,
    _mm256_min_ps, _mm256_mul_ps, _mm256_set1_ps, _mm256_storeu_ps,
};

use super::{Simd, isa};
use crate::kernels::conv2d::{self, Conv2d};
use crate::kernels::depthwise::{self, Depthwise};
use crate::kernels::feature_map::{CHANNEL_BLOCK, FeatureMap, FeatureMapMut};
use crate::kernels::pointwise::{self, Pointwise};
use crate::kernels::resample::{Weights, column};
use crate::kernels::stem::{self, Stem};

#[derive(Clone, Copy)]
struct F32x8(__m256);

impl Simd for F32x8 {
    const LANES: usize = 8;
    // 6 x 2 sums, 2 columns and a row's value fit 16 registers.
    const TILE_ROWS: usize = 6;

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        // SAFETY: the caller has the instructions, as in every method below.
        Self(unsafe { _mm256_set1_ps(value) })
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller's.
        Self(unsafe { _mm256_loadu_ps(from) })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the caller's.
        unsafe { _mm256_storeu_ps(to, self.0) }
    }

    #[expect(clippy::pointers_in_nomem_asm_block, reason = "nothing is read there")]
    #[inline(always)]
    fn opaque(mut pointer: *const f32) -> *const f32 {
        // SAFETY: there is no instruction.
        unsafe { asm!("/* {0} */", inout(reg) pointer, options(nomem, nostack, preserves_flags)) };
        pointer
    }

    #[inline(always)]
    fn prefetch(address: *const f32) {
        // SAFETY: every x86-64 has the instruction, and it does nothing for an address that is not valid.
        unsafe { _mm_prefetch::<_MM_HINT_T1>(address.cast()) };
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        // SAFETY: as in `splat`.
        Self(unsafe { _mm256_add_ps(self.0, other.0) })
    }

    #[inline(always)]
    unsafe fn product(self, other: Self) -> Self {
        // SAFETY: as in `splat`.
        Self(unsafe { _mm256_mul_ps(self.0, other.0) })
    }

    #[inline(always)]
    unsafe fn add_product(self, a: Self, b: Self) -> Self {
        // SAFETY: as in `splat`.
        Self(unsafe { _mm256_fmadd_ps(a.0, b.0, self.0) })
    }

    #[inline(always)]
    unsafe fn clamp(self, low: Self, high: Self) -> Self {
        // Of a NaN and a number both give the second: what is no number stays none.
        // SAFETY: as in `splat`.
        Self(unsafe { _mm256_min_ps(high.0, _mm256_max_ps(low.0, self.0)) })
    }
}

isa!(
    F32x8,
    "x86-64-avx2-fma",
    || is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"),
    resample::row,
    "avx2,fma"
);
