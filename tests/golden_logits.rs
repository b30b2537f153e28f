//! Compares the logits of every architecture with those of its own library, which computed them in f64, and for some networks of
//! each family and library also the inputs of the classifier. All data is in the repository.
//!
//! `golden/logits.py` wrote `golden/logits.tsv`, and `golden/features.py` wrote `golden/features.tsv`. Both compute weights and
//! input by the same formulas as these tests.

#[path = "golden_logits/features.rs"]
mod features;
#[path = "support/mod.rs"]
mod support;

use std::process::ExitCode;

use candle_core::Device;
use libtest_mimic::{Arguments, Failed, Trial};
use mnet::backend::{Network, Precision};
use support::networks::{BOUND, VARIATIONS, Way, architecture, gpu, logits, names, probe, relative_error};
use support::seeded;

const GOLDEN: &str = include_str!("golden/logits.tsv");

/// The largest difference allowed between bf16 and f32: this multiple of the difference that rounding alone makes, plus this share
/// of the largest logit. Multiples up to 2.9 occur.
const TIMES_ROUNDING: f32 = 4.0;
const ROUNDING_BOUND: f32 = 0.01;

/// `SIDE` and `CLASSES` of the script.
const SIDE: usize = 72;
const CLASSES: usize = 5;

fn main() -> ExitCode {
    let networks = all().map(|name| Trial::test(name.clone(), move || check(&name)));
    let rows = Trial::test("every_row_is_a_network", every_row_is_a_network);
    let trials = networks.chain(on_gpu()).chain(in_bf16()).chain(features::trials()).chain([rows]);
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit_code()
}

/// A test of every network in bf16. Without bf16 instructions, the tests are listed by name but ignored.
fn in_bf16() -> Vec<Trial> {
    let has_unit = Precision::Bf16.instruction_set().is_some();
    let trial = |name: String| {
        if has_unit {
            Trial::test(format!("bf16::{name}"), move || check_bf16(&name))
        } else {
            let why = "no AVX512-BF16 or AMX";
            Trial::test(format!("bf16::{name} ({why})"), || Ok(())).with_ignored_flag(true)
        }
    };
    all().map(trial).collect()
}

/// Every network again, in a build for a GPU: ignored, by name, where it does not open.
fn on_gpu() -> Vec<Trial> {
    let Some(gpu) = gpu() else { return Vec::new() };
    let trial = |name: String| match gpu.clone() {
        Ok(device) => Trial::test(format!("gpu::{name}"), move || check_on(&name, &device)),
        Err(why) => Trial::test(format!("gpu::{name} ({why})"), || Ok(())).with_ignored_flag(true),
    };
    all().map(trial).collect()
}

/// Every network, also with arguments of its library's function.
fn all() -> impl Iterator<Item = String> {
    names().into_iter().chain(VARIATIONS.iter().map(|(name, _)| (*name).to_owned()))
}

fn check(name: &str) -> Result<(), Failed> {
    let architecture = architecture(name, Some(CLASSES));
    let weights = seeded::weights(&architecture);
    for way in Way::ALL {
        compare(name, &way.load(&architecture, &weights), &Device::Cpu)
            .map_err(|error| format!("{way:?}: {error}"))?;
    }
    Ok(())
}

fn check_on(name: &str, device: &Device) -> Result<(), Failed> {
    let architecture = architecture(name, Some(CLASSES));
    let network = Network::load(&architecture, &seeded::weights(&architecture), device)?;
    Ok(compare(name, &network, device)?)
}

/// Compares bf16 with a reference that computes in `f32` and rounds at the same places. Both differ from the logits in f32 by about
/// as much. They differ from each other where another order of summation rounds a value the other way.
fn check_bf16(name: &str) -> Result<(), Failed> {
    let architecture = architecture(name, Some(CLASSES));
    let weights = seeded::weights(&architecture);
    let ours = Network::load_at(Precision::Bf16, &architecture, &weights, &Device::Cpu)?;
    if ours.precision() != Precision::Bf16 {
        return Err("it ran in f32".into());
    }
    let rounded = logits(&Network::load_candle_rounded(&architecture, &weights)?, &probe((SIDE, SIDE)));
    let exact = golden(name).ok_or("no row in tests/golden/logits.tsv")?;
    let ours = logits(&ours, &probe((SIDE, SIDE)));
    let [from_rounded, from_exact, of_rounding] =
        [(&ours, &rounded), (&ours, &exact), (&rounded, &exact)].map(|(a, b)| relative_error(a, b));
    // About a third of the networks are within 1e-3 of the rounded reference. In the others, a value that was rounded the other way
    // changes all later values.
    let bound = ROUNDING_BOUND + TIMES_ROUNDING * of_rounding;
    if from_exact.is_nan() || from_exact > bound {
        let found =
            format!("{from_exact:.1e} from the logits in f32, {from_rounded:.1e} from the rounded reference");
        return Err(format!("{found}, which is {of_rounding:.1e} from f32").into());
    }
    Ok(())
}

/// Runs `network`, called `name`, where it lives.
fn compare(name: &str, network: &Network, device: &Device) -> Result<(), String> {
    let expected =
        golden(name).ok_or("no row in tests/golden/logits.tsv; CONTRIBUTING.md says how to write it")?;
    let pixels = probe((SIDE, SIDE)).to_device(device).map_err(|error| error.to_string())?;
    let error = relative_error(&logits(network, &pixels), &expected);
    if error.is_nan() || error > BOUND {
        return Err(format!("an error of {error:.1e} of the largest logit"));
    }
    Ok(())
}

/// Logits `[2, CLASSES]` of `name`.
fn golden(name: &str) -> Option<Vec<Vec<f32>>> {
    let row = GOLDEN.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('\t'))?;
    let values: Vec<f32> = row.split('\t').map(|logit| logit.parse().expect("a number")).collect();
    Some(values.chunks(CLASSES).map(<[f32]>::to_vec).collect())
}

fn every_row_is_a_network() -> Result<(), Failed> {
    let names: Vec<_> = all().collect();
    let rows = GOLDEN.lines().map(|line| line.split('\t').next().unwrap_or_default());
    match rows.into_iter().find(|row| !names.iter().any(|name| name == row)) {
        Some(row) => Err(format!("{row} is in neither FAMILIES nor VARIATIONS").into()),
        None => Ok(()),
    }
}
