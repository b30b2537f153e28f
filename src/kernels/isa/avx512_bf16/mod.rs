//! AVX512-BF16: one instruction multiplies sixteen pairs of bf16 and adds both products to sixteen sums.

#![expect(unsafe_code, reason = "intrinsics; the kernels checked every pointer")]

mod pixel_parts;

use std::arch::x86_64::{
    __m512bh, __m512i, _MM_HINT_T1, _mm_prefetch, _mm256_loadu_si256, _mm512_and_si512, _mm512_castsi512_ps,
    _mm512_cvtepu16_epi32, _mm512_cvtne2ps_pbh, _mm512_dpbf16_ps, _mm512_loadu_si512,
    _mm512_permutexvar_epi16, _mm512_set1_epi32, _mm512_slli_epi32, _mm512_storeu_si512,
};
use std::hint::black_box;
use std::mem::transmute;

use half::bf16;

use super::avx512::F32x16;
use super::bf16_set::{Bf16Isa, bf16_kernels, bf16_peak};
use super::kernels::Kernels;
use crate::kernels::bf16::{GROUP, GROUPS, Multiplier, Pairs, Pending, Tile};
use crate::kernels::element::Element;
use crate::kernels::simd::Simd;

/// The permutation of words that interleaves two halves of sixteen.
static INTERLEAVED: [u16; 32] = {
    let mut order = [0; 32];
    let mut word = 0;
    while word < 32 {
        order[word] = (word % 2 * 16 + word / 2) as u16;
        word += 1;
    }
    order
};

// SAFETY: 512-bit loads and stores touch a block of 32 values, 256-bit ones half a block.
unsafe impl Pairs for F32x16 {
    #[inline(always)]
    unsafe fn load_halves(from: *const bf16) -> [Self; 2] {
        // SAFETY: the processor has AVX-512F, and `from` is readable for 32 values; no alignment is needed. A bf16 is the
        // upper half of an f32.
        unsafe {
            [0, 16].map(|half| {
                let words = _mm512_cvtepu16_epi32(_mm256_loadu_si256(from.add(half).cast()));
                Self(_mm512_castsi512_ps(_mm512_slli_epi32::<16>(words)))
            })
        }
    }

    #[inline(always)]
    unsafe fn store_halves(halves: [Self; 2], to: *mut bf16) {
        // SAFETY: the processor has AVX512-BF16, and `to` is writable for 32 values; both types are 64 bytes.
        unsafe {
            let rounded: __m512i = transmute(_mm512_cvtne2ps_pbh(halves[1].0, halves[0].0));
            _mm512_storeu_si512(to.cast(), rounded);
        }
    }

    #[inline(always)]
    unsafe fn load_even_odd(from: *const bf16) -> [Self; 2] {
        // SAFETY: the processor has AVX-512F, and `from` is readable for 32 values.
        unsafe {
            let words = _mm512_loadu_si512(from.cast());
            let odd = _mm512_and_si512(words, _mm512_set1_epi32(-0x1_0000));
            [_mm512_slli_epi32::<16>(words), odd].map(|words| Self(_mm512_castsi512_ps(words)))
        }
    }

    #[inline(always)]
    unsafe fn store_even_odd(even_odd: [Self; 2], to: *mut bf16) {
        // SAFETY: the processor has AVX512-BF16 and AVX-512BW, and `to` is writable for 32 values.
        unsafe {
            let rounded: __m512i = transmute(_mm512_cvtne2ps_pbh(even_odd[1].0, even_odd[0].0));
            let order = _mm512_loadu_si512(INTERLEAVED.as_ptr().cast());
            _mm512_storeu_si512(to.cast(), _mm512_permutexvar_epi16(order, rounded));
        }
    }

    #[inline(always)]
    unsafe fn store_pixel_parts(planes: [*const f32; 3], to: *mut bf16) {
        // SAFETY: the processor has AVX-512F, and the caller's pointers are valid for these pixels.
        unsafe { pixel_parts::store(planes, to) }
    }
}

/// The number of independent sums at the peak: more than two multipliers with a latency of six cycles need.
const PEAK_CHAINS: usize = 14;

/// Multiplies with `vdpbf16ps`.
struct DotProducts;

/// Calls the function for a tile whose height is known only at run time.
macro_rules! tile_of_height {
    ($tile:ident, $height:ident, $sums:ident, $($rows:literal)*) => {
        match ($tile.vectors, $height) {
            $((1, $rows) => rows::<$rows, 1>($tile, $sums),
            (_, $rows) => rows::<$rows, 2>($tile, $sums),)*
            _ => unreachable!("a tile of {} rows", $height),
        }
    };
}

// SAFETY: for every run and step, `rows` reads the panel and a block of every position; it writes the sums.
unsafe impl Multiplier for DotProducts {
    type Lanes = F32x16;
    // 14 x 2 sums and 2 vectors of weights: 30 of 32 registers.
    const TILE_ROWS: usize = 14;

    #[inline(always)]
    unsafe fn begin(_rows: usize) {}

    #[inline(always)]
    unsafe fn multiply(tile: &Tile, height: usize, pending: &mut Pending) {
        // SAFETY: the caller's pointers are valid for `height` rows. Epilogue and products use the same units, so neither
        // has to wait for the other.
        unsafe {
            pending.finish::<F32x16>();
            let sums = pending.sums();
            tile_of_height!(tile, height, sums, 1 2 3 4 5 6 7 8 9 10 11 12 13 14);
        }
    }

    #[inline(always)]
    unsafe fn end() {}

    // A product of two pairs in each lane.
    const PEAK_OPERATIONS: usize = PEAK_CHAINS * F32x16::LANES * 4;

    #[inline(always)]
    unsafe fn peak(rounds: usize) -> f32 {
        // The compiler must not know these values, or it would merge equal sums.
        let mut sums = black_box([[1.0_f32; F32x16::LANES]; PEAK_CHAINS]);
        let halves = black_box([bf16::from_f32(0.5); bf16::BLOCK]);
        // SAFETY: the arrays are as long as the vectors.
        unsafe {
            let halves: __m512bh = transmute(_mm512_loadu_si512(halves.as_ptr().cast()));
            let mut chains = sums.map(|sum| F32x16::load(sum.as_ptr()));
            for _ in 0..rounds {
                for chain in &mut chains {
                    chain.0 = _mm512_dpbf16_ps(chain.0, halves, halves);
                }
            }
            for (sum, chain) in sums.iter_mut().zip(chains) {
                chain.store(sum.as_mut_ptr());
            }
        }
        black_box(sums)[0][0]
    }
}

/// Multiplies `ROWS` positions by `VECTORS` vectors of channels.
///
/// # Safety
/// The processor has AVX512-BF16; the pointers are valid as [`Tile`] says, and `to` is writable for `ROWS` rows of sums.
#[inline(always)]
unsafe fn rows<const ROWS: usize, const VECTORS: usize>(tile: &Tile, to: *mut f32) {
    // SAFETY: offsets stay below the runs, steps, groups, rows and vectors for which the caller's pointers are valid. A
    // pair of bf16 is read as one word and broadcast to all lanes.
    unsafe {
        let mut sums = [[F32x16::splat(0.0); VECTORS]; ROWS];
        let (mut panel, mut run) = (tile.panel, tile.input);
        let (mut prefetch, lines) = tile.prefetch;
        let mut steps_left = tile.runs * tile.steps;
        for _ in 0..tile.runs {
            let mut input = run;
            for _ in 0..tile.steps {
                steps_left -= 1;
                let groups = if steps_left == 0 { tile.last_groups } else { GROUPS };
                for _ in 0..groups {
                    for pair in 0..GROUP / 2 {
                        let mut weights =
                            [F32x16::splat(0.0).0; VECTORS].map(|zero| transmute::<_, __m512bh>(zero));
                        for (vector, weights) in weights.iter_mut().enumerate() {
                            let at = (pair * 2 + vector) * bf16::BLOCK;
                            *weights =
                                transmute::<__m512i, __m512bh>(_mm512_loadu_si512(panel.add(at).cast()));
                        }
                        for (row, sums) in sums.iter_mut().enumerate() {
                            let at = input.add(row * tile.position_stride + 2 * pair);
                            let values: __m512bh =
                                transmute(_mm512_set1_epi32(at.cast::<i32>().read_unaligned()));
                            for (sum, weights) in sums.iter_mut().zip(weights) {
                                sum.0 = _mm512_dpbf16_ps(sum.0, weights, values);
                            }
                        }
                    }
                    panel = panel.add(GROUP * bf16::BLOCK);
                    input = input.add(GROUP);
                }
                for _ in 0..lines {
                    _mm_prefetch::<_MM_HINT_T1>(prefetch.cast());
                    prefetch = prefetch.wrapping_add(bf16::BLOCK);
                }
            }
            // After the last run, this points past the end and is not read.
            run = run.wrapping_add(tile.run_stride);
        }
        for (row, sums) in sums.iter().enumerate() {
            for (vector, sum) in sums.iter().enumerate() {
                sum.store(to.add(row * bf16::BLOCK + vector * F32x16::LANES));
            }
        }
    }
}

/// Whether the processor has AVX512-BF16 and everything else that these vectors need.
pub(super) fn is_available() -> bool {
    (super::avx512::ISA.is_available)()
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512bf16")
}

/// The kernels of AVX512-BF16.
pub(super) const KERNELS: Kernels<bf16> =
    bf16_kernels!(DotProducts, "x86-64-avx512bf16", "avx512f,avx512dq,avx512vl,avx512bw,avx512bf16,avx2,fma");

/// The AVX512-BF16 instruction set.
pub(super) static ISA: Bf16Isa = Bf16Isa {
    name: KERNELS.name,
    is_available,
    kernels: KERNELS,
    peak: bf16_peak!(DotProducts, "avx512f,avx512dq,avx512vl,avx512bw,avx512bf16,avx2,fma"),
};
