//! Compares the embeddings of `mnet embed` with the inputs of the classifier in each library.

use candle_core::{Device, Tensor};
use libtest_mimic::{Failed, Trial};
use mnet::backend::Extras;
use mnet::record::FeatureLayer;

use super::support::networks::{Way, architecture, probe};
use super::support::seeded;
use super::{CLASSES, SIDE};

const GOLDEN: &str = include_str!("../golden/features.tsv");

/// The largest error allowed, as a share of the norm of the features.
const BOUND: f64 = 1e-4;

/// A test for each row.
pub(crate) fn trials() -> Vec<Trial> {
    let rows = GOLDEN.lines().map(|row| row.split('\t').collect::<Vec<_>>());
    rows.map(|row| Trial::test(format!("features::{}::{}", row[0], row[1]), move || check(&row))).collect()
}

/// Checks a row: name, layer, width, the norm for each picture, and evenly spaced samples for each picture.
fn check(row: &[&str]) -> Result<(), Failed> {
    let [name, layer, width, numbers @ ..] = row else { return Err("a row is short".into()) };
    let numbers: Vec<f64> = numbers.iter().map(|number| number.parse()).collect::<Result<_, _>>()?;
    let (norms, samples) = numbers.split_at(2);
    let layer = FeatureLayer::named(layer).ok_or("no such layer")?;
    let architecture = architecture(name, Some(CLASSES));
    let weights = seeded::weights(&architecture);
    let pixels = probe((SIDE, SIDE)).to_device(&Device::Cpu)?;
    for way in Way::ALL {
        let network = way.load(&architecture, &weights);
        let output = network.forward(&pixels, Extras { features: true, feature_map: true })?;
        let features: Option<Tensor> = match layer {
            FeatureLayer::PreLogits => output.features,
            FeatureLayer::Pooled => output.feature_map.map(|map| map.mean((2, 3))).transpose()?,
        };
        let features: Vec<Vec<f32>> = features.ok_or("no features")?.to_vec2()?;
        for ((found, norm), samples) in features.iter().zip(norms).zip(samples.chunks(samples.len() / 2)) {
            assert_eq!(found.len(), width.parse::<usize>()?, "{way:?}");
            let found_norm = found.iter().map(|value| f64::from(*value).powi(2)).sum::<f64>().sqrt();
            assert!((found_norm - norm).abs() <= BOUND * norm, "{way:?}: norm {found_norm}, not {norm}");
            let places = (0..samples.len()).map(|place| place * found.len() / samples.len());
            for (place, expected) in places.zip(samples) {
                let error = (f64::from(found[place]) - expected).abs();
                assert!(error <= BOUND * norm, "{way:?}: {} at {place}, not {expected}", found[place]);
            }
        }
    }
    Ok(())
}
