//! Global average pooling, and scaling of channels (squeeze-and-excite).

use super::element::{Element, LARGEST_BLOCK};
use super::feature_map::{FeatureMap, FeatureMapMut};

/// The mean of every channel: `input` `[c/B, m, B]` to `output` `[c/B, B]`.
///
/// # Panics
/// If `output` has a different number of channels.
pub fn mean<E: Element>(input: FeatureMap<E>, output: &mut [f32]) {
    assert_eq!(output.len(), input.blocks() * E::BLOCK, "pooled channels");
    let count = input.positions() as f32;
    for (block, output) in output.chunks_exact_mut(E::BLOCK).enumerate() {
        let mut sums = [[0.0; LARGEST_BLOCK]; SUMS];
        for group in input.block(block).chunks(SUMS * E::BLOCK) {
            add(&mut sums, group);
        }
        for (channel, output) in output.iter_mut().enumerate() {
            *output = sums.iter().map(|sums| sums[channel]).sum::<f32>() / count;
        }
    }
}

/// Partial sums of every channel, so that no addition waits for the one before it.
const SUMS: usize = 4;

/// Adds up to [`SUMS`] positions.
#[inline]
fn add<E: Element>(sums: &mut [[f32; LARGEST_BLOCK]; SUMS], positions: &[E]) {
    const { assert!(E::BLOCK <= LARGEST_BLOCK, "sums of a block") };
    for (sums, position) in sums.iter_mut().zip(positions.chunks_exact(E::BLOCK)) {
        for (sum, value) in sums.iter_mut().zip(position) {
            *sum += value.to_f32();
        }
    }
}

/// Multiplies every channel of `map` `[c/B, m, B]` by its factor of `factors` `[c/B, B]`.
///
/// # Panics
/// If the number of factors differs.
pub fn scale<E: Element>(mut map: FeatureMapMut<E>, factors: &[f32]) {
    assert_eq!(factors.len(), map.blocks() * E::BLOCK, "scaled channels");
    for (block, factors) in factors.chunks_exact(E::BLOCK).enumerate() {
        for position in map.block(block).chunks_exact_mut(E::BLOCK) {
            for (value, factor) in position.iter_mut().zip(factors) {
                *value = E::round(value.to_f32() * factor);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::CHANNEL_BLOCK;

    #[test]
    fn every_channel_has_its_factor() {
        let mut values = vec![1.0; 2 * 3 * CHANNEL_BLOCK];
        let factors: Vec<f32> = (0..2 * CHANNEL_BLOCK).map(|factor| factor as f32).collect();
        scale(FeatureMapMut::new(&mut values, 3), &factors);
        for (index, value) in values.iter().enumerate() {
            let (block, lane) = (index / (3 * CHANNEL_BLOCK), index % CHANNEL_BLOCK);
            assert_eq!(*value, factors[block * CHANNEL_BLOCK + lane], "{index}");
        }
    }

    #[test]
    fn averages_over_positions() {
        // Two blocks; block 1 is ten times block 0.
        let position = |factor: f32| (0..CHANNEL_BLOCK).map(move |lane| factor * lane as f32);
        for count in [1, 3, 4, 9] {
            let odd = (0..count).map(|index| (2 * index + 1) as f32);
            let tens = odd.clone().map(|factor| 10.0 * factor);
            let values: Vec<f32> = odd.chain(tens).flat_map(position).collect();
            let mut output = [f32::NAN; 2 * CHANNEL_BLOCK];
            mean(FeatureMap::new(&values, count), &mut output);
            // The first n odd numbers add up to n².
            let expected: Vec<f32> =
                [count as f32, 10.0 * count as f32].into_iter().flat_map(position).collect();
            assert_eq!(output[..], expected, "{count}");
        }
    }
}
