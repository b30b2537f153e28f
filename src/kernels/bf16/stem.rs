//! The stem: `f32` sums, row by row, rounded to a feature map.

#![expect(unsafe_code, reason = "pointers into checked feature maps")]

use half::bf16;

use super::pairs::Pairs;
use crate::kernels::element::Element;
use crate::kernels::feature_map::{FeatureMap, FeatureMapMut};
use crate::kernels::layout::{CHANNEL_BLOCK, blocks};
use crate::kernels::stem::{Stem, row};

/// How many values are staged for every position: the channels, in blocks of `f32`.
pub(in crate::kernels) fn staged(channels: usize) -> usize {
    blocks(channels) * CHANNEL_BLOCK
}

/// Computes one output row.
///
/// # Safety
/// As for [`StemKernel::run`](crate::kernels::stem::StemKernel), with the instructions of `S`.
#[inline(always)]
pub(in crate::kernels) unsafe fn stem<S: Pairs>(
    job: &Stem<bf16>,
    row_buffer: &mut [f32],
    mut output: FeatureMapMut<bf16>,
) {
    let width = output.positions();
    let (pixels, sums) = row_buffer.split_at_mut(job.pixels());
    // SAFETY: `Stem::run` asserted the length of the row buffer, in which `staged` values per position follow the pixels.
    unsafe { row::<S, _>(job, pixels, FeatureMapMut::new(sums, width)) };
    let sums = FeatureMap::<f32>::new(sums, width);
    for block in 0..output.blocks() {
        let first = block * bf16::BLOCK / CHANNEL_BLOCK;
        // SAFETY: `Stem::run` asserted the output's blocks.
        unsafe {
            let to = output.as_mut_ptr().add(block * output.block_stride());
            for position in 0..width {
                let halves = [half(sums, first, position), half(sums, first + 2, position)];
                S::store_halves(halves, to.add(position * bf16::BLOCK));
            }
        }
    }
}

/// The sums of the blocks `first` and `first + 1` at a position; zeros for blocks that do not exist.
///
/// # Safety
/// The processor has the instructions of `S`, and the position exists.
#[inline(always)]
unsafe fn half<S: Pairs>(sums: FeatureMap, first: usize, position: usize) -> S {
    const { assert!(S::LANES == 2 * CHANNEL_BLOCK, "a vector of two blocks of sums") };
    let count = sums.blocks().saturating_sub(first).min(2);
    // SAFETY: a vector is loaded from the one or two blocks that exist.
    unsafe {
        if count == 0 {
            return S::splat(0.0);
        }
        S::load_blocks(count, |block| {
            sums.as_ptr().add((first + block) * sums.block_stride() + position * CHANNEL_BLOCK)
        })
    }
}
