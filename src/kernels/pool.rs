//! Global average pooling.

use super::map::{BLOCK, Map};

/// The mean of every channel: `input` `[c/8, m, 8]` to `output` `[c/8, 8]`.
///
/// # Panics
/// If `output` has another number of channels.
pub fn mean(input: Map, output: &mut [f32]) {
    assert_eq!(output.len(), input.blocks() * BLOCK, "pooled channels");
    let count = input.positions() as f32;
    for (block, output) in output.chunks_exact_mut(BLOCK).enumerate() {
        let mut sums = [0.0; BLOCK];
        for position in input.of(block..block + 1).values().chunks_exact(BLOCK) {
            for (sum, value) in sums.iter_mut().zip(position) {
                *sum += value;
            }
        }
        for (output, sum) in output.iter_mut().zip(sums) {
            *output = sum / count;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn averages_over_positions() {
        // Two blocks of three positions; block 1 is ten times block 0.
        let position = |factor: f32| (0..BLOCK).map(move |lane| factor * lane as f32);
        let values: Vec<f32> = [1.0, 3.0, 5.0, 10.0, 30.0, 50.0].into_iter().flat_map(position).collect();
        let mut output = [f32::NAN; 2 * BLOCK];
        mean(Map::new(&values, 3), &mut output);
        let expected: Vec<f32> = [3.0, 30.0].into_iter().flat_map(position).collect();
        assert_eq!(output[..], expected);
    }
}
