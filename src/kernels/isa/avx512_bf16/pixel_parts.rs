//! Pixels as sums of two values of bf16, with AVX-512.

#![expect(unsafe_code, reason = "intrinsics; the kernels checked every pointer")]

use std::arch::x86_64::{
    __m512i, _mm512_add_epi32, _mm512_and_si512, _mm512_castps_si512, _mm512_castsi512_ps, _mm512_loadu_ps,
    _mm512_loadu_si512, _mm512_mask_blend_epi32, _mm512_mask_permutexvar_epi32, _mm512_or_si512,
    _mm512_permutex2var_epi32, _mm512_set1_epi32, _mm512_srli_epi32, _mm512_storeu_si512, _mm512_sub_ps,
};

use half::bf16;

use crate::kernels::bf16::{PART_PIXELS, PIXEL_PARTS};

/// Words of two values in a pixel: both parts of a, of b and of c, then the first parts of a and b, then that of c.
const WORDS: usize = PIXEL_PARTS / 2;

/// Values of bf16 in a vector.
const LANES: usize = size_of::<__m512i>() / size_of::<bf16>();

/// Which words a vector of the result takes from where.
struct Order {
    /// From both parts of a, or from 16 on those of b. Where the word is both parts of c, its pixel.
    halves: [u32; 16],
    /// From the first parts of a and b, or from 16 on that of c.
    firsts: [u32; 16],
    /// Whether a word is both parts of c.
    is_c: u16,
    /// Whether a word is of first parts.
    is_first: u16,
}

static ORDERS: [Order; WORDS] = {
    let mut orders = [const { Order { halves: [0; 16], firsts: [0; 16], is_c: 0, is_first: 0 } }; WORDS];
    let mut word = 0;
    while word < PART_PIXELS * WORDS {
        let (pixel, kind) = ((word / WORDS) as u32, word % WORDS);
        let (order, at) = (&mut orders[word / 16], word % 16);
        order.halves[at] = pixel + if kind == 1 { 16 } else { 0 };
        order.firsts[at] = pixel + if kind == 4 { 16 } else { 0 };
        order.is_c |= ((kind == 2) as u16) << at;
        order.is_first |= ((kind >= 3) as u16) << at;
        word += 1;
    }
    orders
};

/// Splits [`PART_PIXELS`] pixels of three planes.
///
/// # Safety
/// The processor has AVX-512F, the planes are readable for the pixels, and `to` is writable for [`PIXEL_PARTS`] values each.
#[inline(always)]
pub(super) unsafe fn store(planes: [*const f32; 3], to: *mut bf16) {
    // SAFETY: loads and stores touch the pixels and parts for which the caller's pointers are valid.
    unsafe {
        let (a, b, c) = (Parts::of(planes[0]), Parts::of(planes[1]), Parts::of(planes[2]));
        let first_ab = _mm512_or_si512(_mm512_srli_epi32::<16>(a.first), b.first);
        let first_c = _mm512_srli_epi32::<16>(c.first);
        for (index, order) in ORDERS.iter().enumerate() {
            let halves = _mm512_loadu_si512(order.halves.as_ptr().cast());
            let firsts = _mm512_loadu_si512(order.firsts.as_ptr().cast());
            let words = _mm512_permutex2var_epi32(a.both, halves, b.both);
            let words = _mm512_mask_permutexvar_epi32(words, order.is_c, halves, c.both);
            let others = _mm512_permutex2var_epi32(first_ab, firsts, first_c);
            let words = _mm512_mask_blend_epi32(order.is_first, words, others);
            _mm512_storeu_si512(to.add(index * LANES).cast(), words);
        }
    }
}

/// The parts of sixteen values of a plane.
struct Parts {
    /// The first parts, in the upper halves of words.
    first: __m512i,
    /// The first parts in the lower halves, the second ones in the upper.
    both: __m512i,
}

impl Parts {
    /// # Safety
    /// The processor has AVX-512F, and `plane` is readable for sixteen values.
    #[inline(always)]
    unsafe fn of(plane: *const f32) -> Self {
        // SAFETY: the caller's pointer is readable.
        unsafe {
            let values = _mm512_loadu_ps(plane);
            let first = rounded(_mm512_castps_si512(values));
            let second = rounded(_mm512_castps_si512(_mm512_sub_ps(values, _mm512_castsi512_ps(first))));
            Self { first, both: _mm512_or_si512(_mm512_srli_epi32::<16>(first), second) }
        }
    }
}

/// The bits of finite values, rounded to their upper halves.
///
/// # Safety
/// The processor has AVX-512F.
#[inline(always)]
unsafe fn rounded(bits: __m512i) -> __m512i {
    // SAFETY: the caller guarantees the instructions.
    unsafe {
        let nearest = _mm512_add_epi32(bits, _mm512_set1_epi32(0x8000));
        _mm512_and_si512(nearest, _mm512_set1_epi32(-0x1_0000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::print_stderr, reason = "a check that cannot run says so")]
    fn parts_are_in_order_and_add_up_to_the_values() {
        if !is_x86_feature_detected!("avx512f") {
            eprintln!("skipped: this processor has no AVX-512");
            return;
        }
        let planes: [[f32; PART_PIXELS]; 3] =
            std::array::from_fn(|plane| std::array::from_fn(|x| (plane as f32 - 0.9) / (x as f32 + 1.7)));
        let mut parts = [bf16::NAN; PART_PIXELS * PIXEL_PARTS];
        // SAFETY: AVX-512F was checked; the arrays have the lengths that are asked for.
        unsafe { with_avx512(&planes, &mut parts) };
        for (x, parts) in parts.chunks_exact(PIXEL_PARTS).enumerate() {
            let parts: Vec<_> = parts.iter().map(|part| part.to_f32()).collect();
            for (channel, plane) in planes.iter().enumerate() {
                let sum = parts[2 * channel] + parts[2 * channel + 1];
                assert!(
                    (sum - plane[x]).abs() <= plane[x].abs() / 65536.0,
                    "{sum} at {x} of plane {channel}"
                );
                assert_eq!(parts[6 + channel], parts[2 * channel], "{x}");
            }
            assert_eq!(parts[9], 0.0, "{x}");
        }
    }

    /// # Safety
    /// The processor has AVX-512F.
    #[target_feature(enable = "avx512f")]
    unsafe fn with_avx512(planes: &[[f32; PART_PIXELS]; 3], parts: &mut [bf16; PART_PIXELS * PIXEL_PARTS]) {
        // SAFETY: the arrays have the lengths that `store` asks for.
        unsafe { store([0, 1, 2].map(|plane| planes[plane].as_ptr()), parts.as_mut_ptr()) }
    }
}
