//! AVX-512: sixteen lanes, 32 registers.

#![expect(unsafe_code, reason = "intrinsics; the kernels checked every pointer")]

use std::arch::x86_64::{
    __m512, _mm512_add_ps, _mm512_fmadd_ps, _mm512_loadu_ps, _mm512_mask_storeu_ps, _mm512_maskz_loadu_ps,
    _mm512_max_ps, _mm512_min_ps, _mm512_set1_ps, _mm512_storeu_ps,
};

use super::Simd;
use crate::kernels::depthwise::{self, Depthwise};
use crate::kernels::pointwise::{self, Pointwise};

#[derive(Clone, Copy)]
struct F32x16(__m512);

/// The mask whose first `count` lanes are set.
#[inline(always)]
fn first(count: usize) -> u16 {
    ((1u32 << count.min(16)) - 1) as u16
}

impl Simd for F32x16 {
    const LANES: usize = 16;
    // 14 x 2 sums, 2 columns and a row's value fit 32 registers; feature maps of 224 x 224 pictures have multiples
    // of 49 positions.
    const TILE_ROWS: usize = 14;

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        // SAFETY: the caller has the instructions, as in every method below.
        Self(unsafe { _mm512_set1_ps(value) })
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller's.
        Self(unsafe { _mm512_loadu_ps(from) })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the caller's.
        unsafe { _mm512_storeu_ps(to, self.0) }
    }

    #[inline(always)]
    unsafe fn load_first(from: *const f32, count: usize) -> Self {
        // SAFETY: the caller's; masked lanes are not touched.
        Self(unsafe { _mm512_maskz_loadu_ps(first(count), from) })
    }

    #[inline(always)]
    unsafe fn store_first(self, to: *mut f32, count: usize) {
        // SAFETY: the caller's; masked lanes are not touched.
        unsafe { _mm512_mask_storeu_ps(to, first(count), self.0) }
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        // SAFETY: as in `splat`.
        Self(unsafe { _mm512_add_ps(self.0, other.0) })
    }

    #[inline(always)]
    unsafe fn add_product(self, a: Self, b: Self) -> Self {
        // SAFETY: as in `splat`.
        Self(unsafe { _mm512_fmadd_ps(a.0, b.0, self.0) })
    }

    #[inline(always)]
    unsafe fn clamp(self, low: Self, high: Self) -> Self {
        // SAFETY: as in `splat`.
        Self(unsafe { _mm512_min_ps(_mm512_max_ps(self.0, low.0), high.0) })
    }
}

super::isa!(F32x16, "x86-64-avx512", || is_x86_feature_detected!("avx512f"), "avx512f");
