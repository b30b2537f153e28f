//! Multi-query attention: several heads of queries, one head of keys and values (arXiv:1911.02150; arXiv:2404.10518,
//! section 4.2).

use super::feature_map::{FeatureMap, FeatureMapMut};
use super::layout::CHANNEL_BLOCK;

/// Transposes `keys` `[d/8, m, 8]` to `[d, m]`, so that the scores of a query are sums of rows.
///
/// # Panics
/// If `transposed` has another length.
pub fn transpose(keys: FeatureMap, transposed: &mut [f32]) {
    let m = keys.positions();
    assert_eq!(transposed.len(), keys.blocks() * CHANNEL_BLOCK * m, "transposed keys");
    for (block, rows) in transposed.chunks_exact_mut(CHANNEL_BLOCK * m).enumerate() {
        for (position, values) in keys.block(block).chunks_exact(CHANNEL_BLOCK).enumerate() {
            for (lane, value) in values.iter().enumerate() {
                rows[lane * m + position] = *value;
            }
        }
    }
}

/// `softmax(q · kᵀ / √d) · v` for every head at every position: `queries` `[heads·d/8, n, 8]`, transposed `keys` `[d, m]`
/// and `values` `[d/8, m, 8]` to `[heads·d/8, n, 8]`. `weights` `[m]` is overwritten.
///
/// # Panics
/// If a shape does not match.
pub fn attend(
    queries: FeatureMap,
    keys: &[f32],
    values: FeatureMap,
    weights: &mut [f32],
    mut output: FeatureMapMut,
) {
    let (m, head) = (values.positions(), values.blocks());
    assert_eq!((keys.len(), weights.len()), (head * CHANNEL_BLOCK * m, m), "keys");
    assert_eq!((output.blocks(), output.positions()), (queries.blocks(), queries.positions()), "queries");
    assert!(queries.blocks().is_multiple_of(head.max(1)), "whole heads");
    let scale = 1.0 / ((head * CHANNEL_BLOCK) as f32).sqrt();
    for first in (0..queries.blocks()).step_by(head.max(1)) {
        for position in 0..queries.positions() {
            weights.fill(0.0);
            for block in 0..head {
                let query = queries.block(first + block);
                let rows = keys[block * CHANNEL_BLOCK * m..].chunks_exact(m);
                for (query, keys) in query[position * CHANNEL_BLOCK..][..CHANNEL_BLOCK].iter().zip(rows) {
                    for (weight, key) in weights.iter_mut().zip(keys) {
                        *weight += query * key;
                    }
                }
            }
            softmax(weights, scale);
            for block in 0..head {
                let mut sums = [0.0; CHANNEL_BLOCK];
                let values = values.block(block).chunks_exact(CHANNEL_BLOCK);
                for (values, weight) in values.zip(&*weights) {
                    for (sum, value) in sums.iter_mut().zip(values) {
                        *sum += weight * value;
                    }
                }
                output.block(first + block)[position * CHANNEL_BLOCK..][..CHANNEL_BLOCK]
                    .copy_from_slice(&sums);
            }
        }
    }
}

/// Softmax of the scores times `scale`, in place.
fn softmax(scores: &mut [f32], scale: f32) {
    let largest = scores.iter().fold(f32::NEG_INFINITY, |largest, score| largest.max(*score));
    let mut sum = 0.0;
    for score in &mut *scores {
        *score = ((*score - largest) * scale).exp();
        sum += *score;
    }
    for score in scores {
        *score /= sum;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_head_is_attention_of_its_own() {
        let (heads, head, n, m) = (3, 2, 5, 7);
        let noise = |length: usize, seed: usize| -> Vec<f32> {
            (0..length).map(|index| ((index * 37 + seed) % 101) as f32 / 50.0 - 1.0).collect()
        };
        let queries = noise(heads * head * n * CHANNEL_BLOCK, 1);
        let (keys, values) = (noise(head * m * CHANNEL_BLOCK, 2), noise(head * m * CHANNEL_BLOCK, 3));
        let mut transposed = vec![0.0; keys.len()];
        transpose(FeatureMap::new(&keys, m), &mut transposed);
        let mut output = vec![f32::NAN; queries.len()];
        let (mut weights, values_map) = (vec![0.0; m], FeatureMap::new(&values, m));
        let queries_map = FeatureMap::new(&queries, n);
        attend(queries_map, &transposed, values_map, &mut weights, FeatureMapMut::new(&mut output, n));

        let at = |map: &[f32], positions: usize, channel: usize, position: usize| {
            f64::from(
                map[(channel / CHANNEL_BLOCK * positions + position) * CHANNEL_BLOCK
                    + channel % CHANNEL_BLOCK],
            )
        };
        let d = head * CHANNEL_BLOCK;
        for h in 0..heads {
            for position in 0..n {
                let score = |key: usize| -> f64 {
                    let products =
                        (0..d).map(|c| at(&queries, n, h * d + c, position) * at(&keys, m, c, key));
                    (products.sum::<f64>() / (d as f64).sqrt()).exp()
                };
                let total: f64 = (0..m).map(score).sum();
                for c in 0..d {
                    let expected: f64 = (0..m).map(|key| score(key) / total * at(&values, m, c, key)).sum();
                    let found = at(&output, n, h * d + c, position);
                    assert!(
                        (found - expected).abs() < 1e-5,
                        "head {h} position {position}: {found} {expected}"
                    );
                }
            }
        }
    }
}
