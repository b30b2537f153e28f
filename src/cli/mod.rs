//! The command line: a file or folder per command, shared groups of flags, and a `session` that opens models.
//!
//! A new command is its file, a variant of `Command` and an arm of [`main`].

#![expect(clippy::doc_markdown, reason = "comments on commands and flags are their help, read in a terminal")]
#![allow(rustdoc::broken_intra_doc_links, reason = "the same: `owner/name[@revision]` is no link")]

mod assumptions;
mod bench;
mod classify;
mod command_line;
mod console;
mod environment;
mod exit;
mod generate;
mod hint;
mod hub_flags;
mod model_flags;
mod models;
mod preprocess_flags;
mod progress;
mod session;
mod signals;
mod threads;
mod usage;
mod values;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use crate::guard;
use crate::kernels::isa;
use crate::words::and_list;
use console::{Colour, Console};
pub use exit::Exit;
pub use hint::Hint;
use hub_flags::HubFlags;
use session::Session;

/// Label images with MobileNet.
#[derive(Debug, Parser)]
#[command(name = "mnet", version, propagate_version = true, args_override_self = true, after_help = EXAMPLES, max_term_width = 110)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    global: Global,
}

const EXAMPLES: &str = "\
Examples:
  mnet classify photo.jpg                            the built-in model: no network, no cache
  mnet classify photo.jpg --alpha 0.75 --res 160     MobileNetV2 0.75 at 160 px, from the hub
  mnet classify *.jpg --json | jq .top[0].label
  mnet models list
  mnet bench --res 128,160,192,224                   what the resolution costs on this machine

Exit status: 0 every input labelled, 1 some inputs failed, 2 could not run; after a signal 128 and its number.";

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Global options")]
struct Global {
    /// Print only answers and errors
    #[arg(short, long, global = true)]
    quiet: bool,
    /// When to use colour; NO_COLOR, CLICOLOR_FORCE and TERM=dumb are honoured
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t)]
    color: Colour,
    /// Show no progress bar; it is only shown if stderr is a terminal
    #[arg(long, global = true)]
    no_progress: bool,
    #[command(flatten)]
    hub: HubFlags,
}

#[derive(Debug, Subcommand)]
enum Command {
    Classify(Box<classify::Args>),
    Bench(bench::Args),
    Models(models::Args),
    Generate(generate::Args),
}

/// Parses the arguments of the process, runs the command, and says how it ended.
pub fn main() -> ExitCode {
    silence_caught_panics();
    signals::fail_at_size_limit();
    let cli = match usage::parse::<Cli>() {
        Ok(cli) => cli,
        Err(exit) => return exit,
    };
    let console = Console::new(cli.global.quiet, cli.global.color, cli.global.no_progress);
    if let Some((message, hint)) = unknown_isa().or_else(threads::too_small_stack) {
        console.error(&message, Some(&hint));
        return Exit::CouldNotRun.end();
    }
    let session = Session::new(&cli.global.hub, &console);
    let outcome = match &cli.command {
        Command::Classify(args) => classify::run(args, &session),
        Command::Bench(args) => bench::run(args, &session),
        Command::Models(args) => models::run(args, &session),
        Command::Generate(args) => generate::run(args, &mut Cli::command()),
    };
    match outcome {
        Ok(exit) => exit.end(),
        Err(error) if exit::is_closed_pipe(&error) => Exit::Success.end(),
        Err(error) => {
            console.failure(&error);
            Exit::CouldNotRun.end()
        }
    }
}

/// Message and hint if `MNET_ISA` names an instruction set that this processor lacks.
fn unknown_isa() -> Option<(String, String)> {
    let name = std::env::var_os(isa::VARIABLE).filter(|name| !name.is_empty())?;
    let name = name.to_string_lossy();
    let available: Vec<_> = isa::available().map(|isa| isa.name).collect();
    isa::is_unknown(&name).then(|| {
        let message = format!("{}={name}: this processor has {}", isa::VARIABLE, and_list(&available));
        (message, format!("{}={}", isa::VARIABLE, available[0]))
    })
}

/// A panic over one picture is caught and becomes that picture's error, so the panic hook says nothing about it.
fn silence_caught_panics() {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !guard::is_guarded() {
            default(panic);
        }
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clap_accepts_the_definition() {
        Cli::command().debug_assert();
    }
}
