//! Tests against data that the repository does not hold: reference checkpoints of each library, photos as Pillow decodes
//! them, real checkpoints of the hub. A test whose data is missing is ignored and says what it misses.

#![expect(clippy::unwrap_used, reason = "a test fails where a value is missing")]
#![expect(clippy::print_stdout, reason = "figures, where asked for")]

#[path = "../support/mod.rs"]
mod support;

mod activation_maps;
mod answers;
mod catalogue;
mod logits;
mod pickle;
mod pixels;

use std::process::ExitCode;

use libtest_mimic::Arguments;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials = logits::trials(arguments.nocapture);
    trials.extend(pixels::trials());
    trials.extend(activation_maps::trials(arguments.nocapture));
    trials.extend(answers::trials());
    trials.extend(pickle::trials());
    trials.extend(catalogue::trials());
    libtest_mimic::run(&arguments, trials).exit_code()
}
