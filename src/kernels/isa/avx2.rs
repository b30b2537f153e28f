//! AVX2 with FMA: eight lanes, 16 registers.

#![expect(unsafe_code, reason = "intrinsics; the kernels checked every pointer")]

use std::arch::x86_64::{
    __m256, __m256i, _mm256_add_ps, _mm256_fmadd_ps, _mm256_loadu_ps, _mm256_loadu_si256, _mm256_maskload_ps,
    _mm256_maskstore_ps, _mm256_max_ps, _mm256_min_ps, _mm256_set1_ps, _mm256_storeu_ps,
};

use super::Simd;
use crate::kernels::depthwise::{self, Depthwise};
use crate::kernels::pointwise::{self, Pointwise};

#[derive(Clone, Copy)]
struct F32x8(__m256);

/// The mask whose first `count` lanes are set.
#[inline(always)]
fn first(count: usize) -> __m256i {
    const BITS: [i32; 16] = [-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0];
    let window = &BITS[8 - count.min(8)..][..8];
    // SAFETY: the window holds eight integers, and every caller has AVX.
    unsafe { _mm256_loadu_si256(window.as_ptr().cast()) }
}

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

    #[inline(always)]
    unsafe fn load_first(from: *const f32, count: usize) -> Self {
        // SAFETY: the caller's; masked lanes are not touched.
        Self(unsafe { _mm256_maskload_ps(from, first(count)) })
    }

    #[inline(always)]
    unsafe fn store_first(self, to: *mut f32, count: usize) {
        // SAFETY: the caller's; masked lanes are not touched.
        unsafe { _mm256_maskstore_ps(to, first(count), self.0) }
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        // SAFETY: as in `splat`.
        Self(unsafe { _mm256_add_ps(self.0, other.0) })
    }

    #[inline(always)]
    unsafe fn add_product(self, a: Self, b: Self) -> Self {
        // SAFETY: as in `splat`.
        Self(unsafe { _mm256_fmadd_ps(a.0, b.0, self.0) })
    }

    #[inline(always)]
    unsafe fn clamp(self, low: Self, high: Self) -> Self {
        // SAFETY: as in `splat`.
        Self(unsafe { _mm256_min_ps(_mm256_max_ps(self.0, low.0), high.0) })
    }
}

super::isa!(
    F32x8,
    "x86-64-avx2-fma",
    || is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"),
    "avx2,fma"
);
