//! Class activation maps of every network agree with torch's autograd. If the classifier follows the pooling, the mean of a map
//! and its base add up to the logit.
//!
//! `golden/activation_maps.py` wrote `golden/activation_maps.tsv`.

#![expect(clippy::unwrap_used, reason = "a test fails where a value is missing")]

#[path = "support/mod.rs"]
mod support;

use std::process::ExitCode;

use candle_core::Tensor;
use libtest_mimic::{Arguments, Failed, Trial};
use mnet::backend::{Contributions, Extras, Network};
use mnet::models::{Architecture, FAMILIES};
use support::networks::{VARIATIONS, Way, architecture, names, probe, relative_error};
use support::seeded;

const GOLDEN: &str = include_str!("golden/activation_maps.tsv");

/// The side of the pictures, the number of classes and the class in `golden/activation_maps.py`.
const SIDE: usize = 72;
const CLASSES: usize = 10;
const CLASS: usize = 3;

/// The largest error allowed, as a share of the largest logit or map value.
const BOUND: f32 = 1e-4;

/// Height and width of pictures whose maps have 2 x 3 cells.
const SIZE: (usize, usize) = (47, 65);

fn main() -> ExitCode {
    let variations = VARIATIONS.iter().map(|(name, _)| (*name).to_owned());
    let named = names().into_iter().chain(variations);
    let named = named.map(|name| Trial::test(name.clone(), move || check_named(&name)));
    let untrained = FAMILIES.iter().flat_map(|family| family.untrained);
    let untrained = untrained.map(|row| Trial::test(row.name, || check_untrained(row.name)));
    libtest_mimic::run(&Arguments::from_args(), named.chain(untrained).collect()).exit_code()
}

fn check_named(name: &str) -> Result<(), Failed> {
    let architecture = architecture(name, Some(CLASSES));
    check_means(&architecture)?;
    check_golden(&architecture, name)
}

/// Checks a network that no library has. It is narrow, because full convolutions are slow.
fn check_untrained(name: &str) -> Result<(), Failed> {
    check_means(&Architecture::untrained(name, 0.25, CLASSES).ok_or("no such network")?)
}

/// Checks that the mean of every map is the logit without its base, unless a head follows the pooling.
fn check_means(architecture: &Architecture) -> Result<(), Failed> {
    let weights = seeded::weights(architecture);
    let has_head = architecture.graph.head.as_ref().is_some_and(|head| head.after_pool);
    for way in [Way::Kernels, Way::Candle] {
        let network = way.load(architecture, &weights);
        let (map, logits) = last(&network, &probe(SIZE))?;
        let found = network.contributions(&map)?;
        if found.is_exact == has_head {
            return Err(format!("{way:?}: exact: {}, with a head: {has_head}", found.is_exact).into());
        }
        let error = error_of_means(&found, &logits)?;
        if !has_head && error > BOUND {
            return Err(format!("{way:?}: {error:.1e} instead of {BOUND:.0e}").into());
        }
    }
    Ok(())
}

/// The last feature map and the logits.
fn last(network: &Network, pixels: &Tensor) -> Result<(Tensor, Vec<Vec<f32>>), Failed> {
    let output = network.forward(pixels, Extras { feature_map: true, ..Extras::default() })?;
    Ok((output.feature_map.unwrap(), output.logits.to_vec2()?))
}

/// The relative error of base plus mean of each map against the logit.
fn error_of_means(found: &Contributions, logits: &[Vec<f32>]) -> Result<f32, Failed> {
    let means: Vec<Vec<f32>> = found.maps.mean((2, 3))?.broadcast_add(&found.base)?.to_vec2()?;
    Ok(relative_error(&means, logits))
}

/// Checks that the map of one class is that of autograd.
fn check_golden(architecture: &Architecture, name: &str) -> Result<(), Failed> {
    let row = GOLDEN.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('\t'));
    let row =
        row.ok_or("no row in tests/golden/activation_maps.tsv; CONTRIBUTING.md says how to write it")?;
    let expected: Vec<f32> = row.split('\t').map(|value| value.parse().unwrap()).collect();
    let weights = seeded::weights(architecture);
    for way in Way::ALL {
        let network = way.load(architecture, &weights);
        let (map, _) = last(&network, &probe((SIDE, SIDE)))?;
        let Contributions { maps, base, .. } = network.contributions(&map)?;
        let mut found = vec![base.to_vec1::<f32>()?[CLASS]];
        found.extend(maps.narrow(1, CLASS, 1)?.flatten_all()?.to_vec1::<f32>()?);
        let error = relative_error(&[found], std::slice::from_ref(&expected));
        if error > BOUND {
            return Err(format!("{way:?}: {error:.1e} of the largest value").into());
        }
    }
    Ok(())
}
