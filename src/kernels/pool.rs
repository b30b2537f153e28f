//! Global average pooling, and scaling of channels (squeeze-and-excite).

use super::feature_map::{FeatureMap, FeatureMapMut};
use super::layout::CHANNEL_BLOCK;

/// The mean of every channel: `input` `[c/8, m, 8]` to `output` `[c/8, 8]`.
///
/// # Panics
/// If `output` has a different number of channels.
pub fn mean(input: FeatureMap, output: &mut [f32]) {
    assert_eq!(output.len(), input.blocks() * CHANNEL_BLOCK, "pooled channels");
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

/// Multiplies every channel of `map` `[c/8, m, 8]` by its factor of `factors` `[c/8, 8]`.
///
/// # Panics
/// If the number of factors differs.
pub fn scale(mut map: FeatureMapMut, factors: &[f32]) {
    assert_eq!(factors.len(), map.blocks() * CHANNEL_BLOCK, "scaled channels");
    for (block, factors) in factors.chunks_exact(CHANNEL_BLOCK).enumerate() {
        for position in map.block(block).chunks_exact_mut(CHANNEL_BLOCK) {
            for (value, factor) in position.iter_mut().zip(factors) {
                *value *= factor;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
