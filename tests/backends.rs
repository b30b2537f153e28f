//! Every architecture on our kernels and on candle's operations, with folded batch norms and without, on every
//! instruction set of this machine.

#[path = "support/mod.rs"]
mod support;

use std::process::{Command, ExitCode};

use libtest_mimic::{Arguments, Failed, Trial};
use mnet::models::{Architecture, FAMILIES};
use support::networks::{
    BOUND, Way, architecture, logits, names, other_instruction_sets, probe, relative_error,
};
use support::seeded;

/// Height and width: feature maps of odd sides, of one row, of fewer positions than a kernel's tile has rows.
const SIZES: [(usize, usize); 4] = [(32, 47), (33, 33), (47, 65), (65, 40)];

/// What the names of trials begin with that run this program again.
const AGAIN: &str = "MNET_ISA=";

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let networks = names()
        .into_iter()
        .map(|name| Trial::test(name.clone(), move || check(&architecture(&name, Some(10)))));
    let untrained = FAMILIES.iter().flat_map(|family| family.untrained);
    let untrained = untrained.map(|row| Trial::test(row.name, || check_untrained(row.name)));
    // Kernels are chosen once per process.
    let again =
        other_instruction_sets().map(|isa| Trial::test(format!("{AGAIN}{isa}"), move || run_again(isa)));
    libtest_mimic::run(&arguments, networks.chain(untrained).chain(again).collect()).exit_code()
}

/// No library has these. Narrow, because full convolutions are slow.
fn check_untrained(name: &str) -> Result<(), Failed> {
    check(&Architecture::untrained(name, 0.25, 10).ok_or("no such network")?)
}

fn check(architecture: &Architecture) -> Result<(), Failed> {
    let weights = seeded::weights(architecture);
    let [kernels, candle, unfolded] = Way::ALL.map(|way| way.load(architecture, &weights));
    for size in SIZES {
        let pixels = probe(size);
        let expected = logits(&unfolded, &pixels);
        for (way, network) in [("kernels", &kernels), ("candle, folded", &candle)] {
            let error = relative_error(&logits(network, &pixels), &expected);
            if error > BOUND {
                let (height, width) = size;
                return Err(format!("{way} at {height}x{width}: {error:.1e} of the largest logit").into());
            }
        }
    }
    Ok(())
}

/// All networks on another instruction set.
fn run_again(isa: &str) -> Result<(), Failed> {
    let program = std::env::current_exe()?;
    let run = Command::new(program).args(["--skip", AGAIN]).env("MNET_ISA", isa).output()?;
    if run.status.success() {
        return Ok(());
    }
    let said = [run.stdout, run.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    Err(said.concat().into())
}
