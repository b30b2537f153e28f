use half::bf16;

use super::support::{Tested, blocked, flat, noise, rounded};
use crate::kernels::{FeatureMap, FeatureMapMut, padded};

fn check<E: Tested>() {
    for set in E::sets() {
        for (positions, channels) in [(1, 1), (3, 8), (4, 19), (9, 32), (49, 70)] {
            let values = rounded::<E>(&noise(1, positions * channels));
            let mut map = blocked::<E>(&values, channels);
            let mut means = vec![f32::NAN; padded::<E>(channels)];
            set.pool.mean(FeatureMap::new(&map, positions), &mut means);
            let mut factors = noise(2, channels);
            factors.resize(padded::<E>(channels), 0.0);
            set.pool.scale(FeatureMapMut::new(&mut map, positions), &factors);
            let scaled = flat(&map, channels);
            for channel in 0..channels {
                let of = |values: &[f32]| -> Vec<f32> {
                    values.iter().skip(channel).step_by(channels).copied().collect()
                };
                let mean = of(&values).iter().sum::<f32>() / positions as f32;
                assert!((means[channel] - mean).abs() < 1e-6, "{set:?} {positions} positions, {channel}");
                let products: Vec<_> = of(&values).iter().map(|value| value * factors[channel]).collect();
                assert_eq!(of(&scaled), rounded::<E>(&products), "{set:?} {positions} positions, {channel}");
            }
        }
    }
}

#[test]
fn means_and_factors_are_those_of_the_definitions() {
    check::<f32>();
    check::<bf16>();
}
