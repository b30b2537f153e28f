//! AVX-512: sixteen lanes, 32 registers.
//!
//! A vector holds two blocks of channels, or one block at two positions (depthwise). What is shorter takes the vectors of
//! AVX2.

#![expect(unsafe_code, reason = "intrinsics; the kernels checked every pointer")]

use std::arch::x86_64::{
    __cpuid, __m512, _mm512_add_ps, _mm512_castps256_ps512, _mm512_castps512_ps256, _mm512_extractf32x8_ps,
    _mm512_fmadd_ps, _mm512_insertf32x8, _mm512_loadu_ps, _mm512_max_ps, _mm512_min_ps, _mm512_mul_ps,
    _mm512_set1_ps, _mm512_storeu_ps, _mm512_zextps256_ps512,
};

use super::avx2::F32x8;
use super::instruction_set::{Isa, isa};
use crate::kernels::simd::Simd;

#[derive(Clone, Copy)]
pub(super) struct F32x16(pub(super) __m512);

// SAFETY: a 512-bit load reads sixteen values and a store writes as many; a half is a block of eight.
unsafe impl Simd for F32x16 {
    const LANES: usize = 16;
    // 14 x 2 sums and 2 columns, or 9 x 3 sums and 3 columns: 30 of 32 registers. A row's value is an operand in memory.
    const TILE_ROWS: [usize; 3] = [14, 14, 9];
    type WithinBlock = F32x8;

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        // SAFETY: the processor has AVX-512F, which the trait asks of every caller.
        Self(unsafe { _mm512_set1_ps(value) })
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the processor has AVX-512F, and `from` is readable for sixteen values; no alignment is needed.
        Self(unsafe { _mm512_loadu_ps(from) })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the processor has AVX-512F, and `to` is writable for sixteen values; no alignment is needed.
        unsafe { _mm512_storeu_ps(to, self.0) }
    }

    #[inline(always)]
    unsafe fn load_blocks(count: usize, at: impl Fn(usize) -> *const f32) -> Self {
        // SAFETY: the processor has AVX-512DQ, and the first `count` places are readable for a block.
        unsafe {
            let first = F32x8::load(at(0)).0;
            if count == 1 {
                return Self(_mm512_zextps256_ps512(first));
            }
            Self(_mm512_insertf32x8::<1>(_mm512_castps256_ps512(first), F32x8::load(at(1)).0))
        }
    }

    #[inline(always)]
    unsafe fn store_blocks(self, count: usize, at: impl Fn(usize) -> *mut f32) {
        // SAFETY: the processor has AVX-512DQ, and the first `count` places are writable for a block.
        unsafe {
            F32x8(_mm512_castps512_ps256(self.0)).store(at(0));
            if count > 1 {
                F32x8(_mm512_extractf32x8_ps::<1>(self.0)).store(at(1));
            }
        }
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        // SAFETY: the processor has AVX-512F.
        Self(unsafe { _mm512_add_ps(self.0, other.0) })
    }

    #[inline(always)]
    unsafe fn multiply(self, other: Self) -> Self {
        // SAFETY: the processor has AVX-512F.
        Self(unsafe { _mm512_mul_ps(self.0, other.0) })
    }

    #[inline(always)]
    unsafe fn multiply_add(self, a: Self, b: Self) -> Self {
        // SAFETY: the processor has AVX-512F.
        Self(unsafe { _mm512_fmadd_ps(a.0, b.0, self.0) })
    }

    #[inline(always)]
    unsafe fn clamp(self, low: Self, high: Self) -> Self {
        // If one operand is NaN, both instructions return the second: NaN stays NaN.
        // SAFETY: the processor has AVX-512F.
        Self(unsafe { _mm512_min_ps(high.0, _mm512_max_ps(low.0, self.0)) })
    }

    #[inline(always)]
    fn hide_from_optimizer(pointer: *const f32) -> *const f32 {
        F32x8::hide_from_optimizer(pointer)
    }

    #[inline(always)]
    fn prefetch(address: *const f32) {
        F32x8::prefetch(address);
    }
}

/// AMD's first processors with AVX-512 (Zen 4, family 19h) compute each half of a vector in turn. Whole networks took
/// 0.98 to 1.04 times what they took with AVX2 there: no more multiply-adds a second, and longer tails.
const HALF_UNITS: (&[u8; 12], u32) = (b"AuthenticAMD", 0x19);

/// Whether the processor computes a whole vector at once.
fn has_whole_units() -> bool {
    let (vendor, version) = (__cpuid(0), __cpuid(1).eax);
    let vendor = [vendor.ebx, vendor.edx, vendor.ecx].map(u32::to_le_bytes);
    // The extended family counts from where the four bits of the family end.
    let family = (version >> 8 & 0xf) + (version >> 20 & 0xff);
    (vendor.as_flattened(), family) != (HALF_UNITS.0, HALF_UNITS.1)
}

/// The instruction set: AVX-512 as every server processor since Skylake has it.
pub(super) static ISA: Isa = isa!(
    F32x16,
    "x86-64-avx512",
    || {
        is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("fma")
    },
    has_whole_units,
    super::avx2::resample_row,
    "avx512f,avx512dq,avx512vl,avx2,fma"
);
