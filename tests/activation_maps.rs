//! Class activation maps of every network.

#![expect(clippy::unwrap_used, reason = "a test fails where a value is missing")]

#[path = "support/mod.rs"]
mod support;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use mnet::backend::Extras;
use mnet::models::{Architecture, FAMILIES};
use support::networks::{VARIATIONS, Way, architecture, names, probe};
use support::seeded;

/// Of the largest logit.
const BOUND: f64 = 1e-4;

/// Height and width: maps of 2 x 3 and 3 x 2 cells.
const SIZES: [(usize, usize); 2] = [(47, 65), (65, 40)];

fn main() -> ExitCode {
    let variations = VARIATIONS.iter().map(|(name, _)| (*name).to_owned());
    let named = names().into_iter().chain(variations);
    let named = named.map(|name| Trial::test(name.clone(), move || check(&architecture(&name, Some(10)))));
    let untrained = FAMILIES.iter().flat_map(|family| family.untrained);
    let untrained = untrained.map(|row| Trial::test(row.name, || check_untrained(row.name)));
    libtest_mimic::run(&Arguments::from_args(), named.chain(untrained).collect()).exit_code()
}

/// No library has these. Narrow, because full convolutions are slow.
fn check_untrained(name: &str) -> Result<(), Failed> {
    check(&Architecture::untrained(name, 0.25, 10).ok_or("no such network")?)
}

fn check(architecture: &Architecture) -> Result<(), Failed> {
    let weights = seeded::weights(architecture);
    for way in Way::ALL {
        let network = way.load(architecture, &weights);
        for size in SIZES {
            let extras = Extras { feature_map: true, ..Extras::default() };
            let output = network.forward(&probe(size), extras)?;
            let found = network.contributions(&output.feature_map.unwrap())?;
            let has_head = architecture.graph.head.as_ref().is_some_and(|head| head.after_pool);
            if found.is_exact == has_head {
                return Err(format!("{way:?}: exact: {}, with a head: {has_head}", found.is_exact).into());
            }
            let logits: Vec<Vec<f32>> = output.logits.to_vec2()?;
            let means: Vec<Vec<f32>> = found.maps.mean((2, 3))?.broadcast_add(&found.base)?.to_vec2()?;
            let largest = logits.iter().flatten().fold(0.0, |largest: f32, logit| largest.max(logit.abs()));
            let pairs = logits.iter().flatten().zip(means.iter().flatten());
            let error = pairs.map(|(logit, mean)| (logit - mean).abs() / largest).fold(0.0, f32::max);
            if found.is_exact && f64::from(error) > BOUND {
                return Err(format!("{way:?} at {size:?}: {error:.1e} of the largest logit").into());
            }
        }
    }
    Ok(())
}
