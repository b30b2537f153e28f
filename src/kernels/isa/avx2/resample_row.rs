//! One row of an RGB resize, four source pixels in a few instructions.

use std::arch::x86_64::{
    __m256i, _mm_add_epi32, _mm_cvtsi128_si32, _mm_loadu_si128, _mm_packs_epi32, _mm_packus_epi16,
    _mm_set1_epi32, _mm_srai_epi32, _mm256_add_epi32, _mm256_and_si256, _mm256_broadcastsi128_si256,
    _mm256_castsi256_si128, _mm256_extracti128_si256, _mm256_madd_epi16, _mm256_set1_epi32, _mm256_setr_epi8,
    _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_slli_epi32, _mm256_srai_epi32,
};

use crate::kernels::resample::{GROUP, HALF, PRECISION, Weights};

/// Weights of up to 26 bits are split in two, so that they can be multiplied 16 bits at a time.
const LOW_BITS: i32 = 11;

/// [`resample::row`](crate::kernels::resample::row), bit for bit.
///
/// The lower half of a vector sums the first two pixels of a group, the upper half the last two: lanes R G B, and one
/// that is zero.
#[target_feature(enable = "avx2")]
pub(in crate::kernels::isa) fn row(weights: &Weights, row: &[u8], out: &mut [u8]) {
    #[rustfmt::skip]
    let pixels = _mm256_setr_epi8(
        0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1,
        6, -1, 9, -1, 7, -1, 10, -1, 8, -1, 11, -1, -1, -1, -1, -1,
    );
    // The lower 16 bits of two weights, for each channel.
    #[rustfmt::skip]
    let pairs = _mm256_setr_epi8(
        0, 1, 4, 5, 0, 1, 4, 5, 0, 1, 4, 5, -1, -1, -1, -1,
        8, 9, 12, 13, 8, 9, 12, 13, 8, 9, 12, 13, -1, -1, -1, -1,
    );
    let low_bits = _mm256_set1_epi32((1 << LOW_BITS) - 1);
    for ((span, weights), out) in weights.iter().zip(out.chunks_exact_mut(3)) {
        let (mut high, mut low) = (_mm256_setzero_si256(), _mm256_setzero_si256());
        for (group, weights) in weights.chunks_exact(GROUP).enumerate() {
            let values = _mm256_shuffle_epi8(group_at(row, 3 * (span.start + group * GROUP)), pixels);
            // SAFETY: `chunks_exact(GROUP)` yields four weights, which are sixteen bytes.
            let weights = unsafe { _mm_loadu_si128(weights.as_ptr().cast()) };
            let weights = _mm256_broadcastsi128_si256(weights);
            let upper = _mm256_shuffle_epi8(_mm256_srai_epi32::<LOW_BITS>(weights), pairs);
            let lower = _mm256_shuffle_epi8(_mm256_and_si256(weights, low_bits), pairs);
            high = _mm256_add_epi32(high, _mm256_madd_epi16(values, upper));
            low = _mm256_add_epi32(low, _mm256_madd_epi16(values, lower));
        }
        let sums = _mm256_add_epi32(_mm256_slli_epi32::<LOW_BITS>(high), low);
        let sums = _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256::<1>(sums));
        let sums = _mm_srai_epi32::<{ PRECISION as i32 }>(_mm_add_epi32(sums, _mm_set1_epi32(HALF)));
        let sums = _mm_packs_epi32(sums, sums);
        let [r, g, b, _] = _mm_cvtsi128_si32(_mm_packus_epi16(sums, sums)).to_le_bytes();
        out.copy_from_slice(&[r, g, b]);
    }
}

/// Four pixels from byte `at` on, in both halves (zeros after the end of the row).
#[target_feature(enable = "avx2")]
#[inline]
fn group_at(row: &[u8], at: usize) -> __m256i {
    let mut end = [0; 16];
    let bytes = row[at..].first_chunk::<16>().unwrap_or_else(|| {
        end[..row.len() - at].copy_from_slice(&row[at..]);
        &end
    });
    // SAFETY: `bytes` is an array of sixteen bytes.
    _mm256_broadcastsi128_si256(unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) })
}
