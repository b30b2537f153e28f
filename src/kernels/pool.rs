//! Global average pooling, and scaling of channels (squeeze-and-excite).

#![expect(unsafe_code, reason = "calls the kernels behind their checks")]

use super::element::Element;
use super::feature_map::{FeatureMap, FeatureMapMut};
use super::layout::CHANNEL_BLOCK;

/// The kernel of one instruction set for one element type.
#[derive(Debug)]
pub struct PoolKernel<E: Element = f32> {
    /// # Safety
    /// The processor has the kernel's instructions; the output has the channels of the map.
    pub(super) mean: unsafe fn(FeatureMap<E>, &mut [f32]),
    /// # Safety
    /// As for `mean`; there are as many factors as channels.
    pub(super) scale: unsafe fn(FeatureMapMut<E>, &[f32]),
}

impl<E: Element> PoolKernel<E> {
    /// Computes the mean of every channel of `input` `[c/B, m, B]` into `output` `[c/B, B]`.
    ///
    /// # Panics
    /// If `output` has a different number of channels.
    pub fn mean(&self, input: FeatureMap<E>, output: &mut [f32]) {
        assert_eq!(output.len(), input.blocks() * E::BLOCK, "pooled channels");
        // SAFETY: a kernel is reached only through an available instruction set; the lengths were asserted just now.
        unsafe { (self.mean)(input, output) }
    }

    /// Multiplies every channel of `map` `[c/B, m, B]` by its factor in `factors` `[c/B, B]`.
    ///
    /// # Panics
    /// If the number of factors differs.
    pub fn scale(&self, map: FeatureMapMut<E>, factors: &[f32]) {
        assert_eq!(factors.len(), map.blocks() * E::BLOCK, "scaled channels");
        // SAFETY: as for `mean`.
        unsafe { (self.scale)(map, factors) }
    }
}

/// Computes the mean of every channel, in `f32`.
#[inline(always)]
pub(super) fn mean(input: FeatureMap, output: &mut [f32]) {
    let count = input.positions() as f32;
    for (block, output) in output.chunks_exact_mut(CHANNEL_BLOCK).enumerate() {
        let mut sums = [[0.0; CHANNEL_BLOCK]; SUMS];
        let (groups, rest) = input.block(block).as_chunks::<{ SUMS * CHANNEL_BLOCK }>();
        for group in groups {
            add(&mut sums, group);
        }
        add(&mut sums, rest);
        for (channel, output) in output.iter_mut().enumerate() {
            *output = sums.iter().map(|sums| sums[channel]).sum::<f32>() / count;
        }
    }
}

/// Partial sums of every channel, so that no addition waits for the one before it.
const SUMS: usize = 4;

/// Adds up to [`SUMS`] positions.
#[inline]
fn add(sums: &mut [[f32; CHANNEL_BLOCK]; SUMS], positions: &[f32]) {
    for (sums, position) in sums.iter_mut().zip(positions.chunks_exact(CHANNEL_BLOCK)) {
        for (sum, value) in sums.iter_mut().zip(position) {
            *sum += value;
        }
    }
}

/// Multiplies every channel by its factor, in `f32`.
#[inline(always)]
pub(super) fn scale(mut map: FeatureMapMut, factors: &[f32]) {
    for (block, factors) in factors.chunks_exact(CHANNEL_BLOCK).enumerate() {
        for position in map.block(block).chunks_exact_mut(CHANNEL_BLOCK) {
            for (value, factor) in position.iter_mut().zip(factors) {
                *value *= factor;
            }
        }
    }
}
