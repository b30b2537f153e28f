//! Class activation maps of every network. If the classifier follows the pooling, the mean of a map and its base add up to the
//! logit. In other networks the maps agree with the derivative of the network's own logits.
//!
//! `golden/activation_maps.py` wrote `golden/activation_maps.tsv`, with maps from torch's autograd.

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

/// The largest error allowed, as a share of the largest change of a logit. It covers rounding of the logits, and kinks of the
/// activation between the two pictures.
const CHANGE_BOUND: f32 = 0.05;

/// Height and width of pictures whose maps have 2 x 3 cells.
const SIZE: (usize, usize) = (47, 65);

fn main() -> ExitCode {
    let variations = VARIATIONS.iter().map(|(name, _)| (*name).to_owned());
    let named = names().into_iter().chain(variations);
    let named =
        named.map(|name| Trial::test(name.clone(), move || check(&architecture(&name, Some(CLASSES)))));
    let untrained = FAMILIES.iter().flat_map(|family| family.untrained);
    let untrained = untrained.map(|row| Trial::test(row.name, || check_untrained(row.name)));
    let golden = GOLDEN.lines().map(|line| {
        let (name, values) = line.split_once('\t').unwrap();
        Trial::test(format!("golden::{name}"), move || check_golden(name, values))
    });
    libtest_mimic::run(&Arguments::from_args(), named.chain(untrained).chain(golden).collect()).exit_code()
}

/// Checks a network that no library has. It is narrow, because full convolutions are slow.
fn check_untrained(name: &str) -> Result<(), Failed> {
    check(&Architecture::untrained(name, 0.25, CLASSES).ok_or("no such network")?)
}

fn check(architecture: &Architecture) -> Result<(), Failed> {
    let weights = seeded::weights(architecture);
    let has_head = architecture.graph.head.as_ref().is_some_and(|head| head.after_pool);
    for way in [Way::Kernels, Way::Candle] {
        let network = way.load(architecture, &weights);
        let (map, logits) = last(&network, &probe(SIZE))?;
        let found = network.contributions(&map)?;
        if found.is_exact == has_head {
            return Err(format!("{way:?}: exact: {}, with a head: {has_head}", found.is_exact).into());
        }
        let (error, bound) = if has_head {
            (error_of_derivative(&network)?, CHANGE_BOUND)
        } else {
            (error_of_means(&found, &logits)?, BOUND)
        };
        if error > bound {
            return Err(format!("{way:?}: {error:.1e} instead of {bound:.0e}").into());
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

/// The difference between the change of the network's logits from one picture to another and the change that the derivative
/// predicts, as a share of the largest change.
///
/// The last feature map here has two positions, the means of the two pictures, so its own mean is halfway between them. Each
/// contribution is the derivative at that point times one of these means, so their difference must match the central difference of
/// the logits.
///
/// The smallest error at three distances between the pictures counts: rounding spoils short distances, and kinks of the activation
/// spoil long ones.
fn error_of_derivative(network: &Network) -> Result<f32, Failed> {
    let errors = [0.05, 0.2, 0.02].map(|share| error_of_change(network, share));
    errors.into_iter().try_fold(f32::INFINITY, |least, error| Ok(least.min(error?)))
}

/// The same error at one distance: the second picture is the first one with this `share` of another mixed in.
fn error_of_change(network: &Network, share: f64) -> Result<f32, Failed> {
    let pictures = probe(SIZE);
    let (one, other) = (pictures.narrow(0, 0, 1)?, pictures.narrow(0, 1, 1)?);
    let (before, logits_before) = last(network, &one)?;
    let (after, logits_after) = last(network, &((one * (1.0 - share))? + (other * share)?)?)?;
    let means = Tensor::cat(&[before.mean_keepdim((2, 3))?, after.mean_keepdim((2, 3))?], 3)?;
    let maps: Vec<Vec<f32>> = network.contributions(&means)?.maps.get(0)?.flatten_from(1)?.to_vec2()?;
    let found = maps.iter().map(|map| map[1] - map[0]).collect();
    let changes =
        logits_after[0].iter().zip(&logits_before[0]).map(|(after, before)| after - before).collect();
    Ok(relative_error(&[found], &[changes]))
}

fn check_golden(name: &str, values: &str) -> Result<(), Failed> {
    let expected: Vec<f32> = values.split('\t').map(|value| value.parse().unwrap()).collect();
    let architecture = architecture(name, Some(CLASSES));
    let weights = seeded::weights(&architecture);
    for way in Way::ALL {
        let network = way.load(&architecture, &weights);
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
