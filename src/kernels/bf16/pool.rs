//! Means and scaling of channels.

#![expect(unsafe_code, reason = "pointers into checked feature maps")]

use half::bf16;

use super::pairs::Pairs;
use crate::kernels::element::Element;
use crate::kernels::feature_map::{FeatureMap, FeatureMapMut};

/// How many partial sums each channel has, so that no addition waits for the one before it.
const SUMS: usize = 4;

/// Computes the mean of every channel.
///
/// # Safety
/// As for [`PoolKernel`](crate::kernels::pool::PoolKernel), with the instructions of `S`.
#[inline(always)]
pub(in crate::kernels) unsafe fn mean<S: Pairs>(input: FeatureMap<bf16>, output: &mut [f32]) {
    for (block, output) in output.chunks_exact_mut(bf16::BLOCK).enumerate() {
        let (groups, rest) = input.block(block).as_chunks::<{ SUMS * bf16::BLOCK }>();
        // SAFETY: a chunk is the block of one position, or the blocks of `SUMS` positions; the output is a block of two
        // vectors.
        unsafe {
            let mut sums = [[S::splat(0.0); 2]; SUMS];
            let add = |sum: &mut [S; 2], from: *const bf16| {
                let values = S::load_halves(from);
                *sum = [sum[0].add(values[0]), sum[1].add(values[1])];
            };
            for group in groups {
                for (position, sum) in sums.iter_mut().enumerate() {
                    add(sum, group.as_ptr().add(position * bf16::BLOCK));
                }
            }
            for (position, sum) in rest.chunks_exact(bf16::BLOCK).zip(&mut sums) {
                add(sum, position.as_ptr());
            }
            let share = S::splat(1.0 / input.positions() as f32);
            for half in 0..2 {
                let [a, b, c, d] = sums.map(|sum| sum[half]);
                a.add(b).add(c.add(d)).multiply(share).store(output.as_mut_ptr().add(half * S::LANES));
            }
        }
    }
}

/// Multiplies every channel by its factor.
///
/// # Safety
/// As for [`PoolKernel`](crate::kernels::pool::PoolKernel), with the instructions of `S`.
#[inline(always)]
pub(in crate::kernels) unsafe fn scale<S: Pairs>(mut map: FeatureMapMut<bf16>, factors: &[f32]) {
    for (block, factors) in factors.chunks_exact(bf16::BLOCK).enumerate() {
        // SAFETY: chunks are blocks of two vectors.
        unsafe {
            let factors = [S::load(factors.as_ptr()), S::load(factors.as_ptr().add(S::LANES))];
            for position in map.block(block).chunks_exact_mut(bf16::BLOCK) {
                let [low, high] = S::load_halves(position.as_ptr());
                S::store_halves([low.multiply(factors[0]), high.multiply(factors[1])], position.as_mut_ptr());
            }
        }
    }
}
