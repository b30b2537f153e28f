//! The command line: a file or folder per command, shared groups of flags, and a `session` that opens models.
//!
//! A new command is its file, a variant of `Command` and an arm of [`main`].

#![expect(clippy::doc_markdown, reason = "comments on commands and flags are their help, read in a terminal")]
#![allow(rustdoc::broken_intra_doc_links, reason = "the same: `owner/name[@revision]` is no link")]

mod assumptions;
mod bar_terminal;
mod bench;
mod choose;
mod classify;
mod collection_flags;
mod command_line;
mod complete;
mod console;
mod decode_flags;
mod details;
mod doctor;
mod embed;
mod ending_flags;
mod environment;
mod eval;
mod exit;
mod explain;
mod generate;
mod group_flags;
mod hint;
mod hub_flags;
mod ignored_variables;
mod input_flags;
mod inspect;
mod labels;
mod layers;
mod limits;
mod manual;
mod model_flags;
mod models;
mod outputs;
#[allow(dead_code, reason = "until the first command flattens it")]
mod plot_flags;
mod precision_flag;
mod preprocess_flags;
mod progress;
mod quantities;
mod ready_flags;
mod record_run;
mod running_flags;
mod secret;
mod session;
mod short_flags;
mod signals;
mod table;
mod temperature_flags;
mod terminal;
mod threads;
mod usage;
mod values;
mod version;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use self::console::{Colour, Console, STYLES};
use crate::guard;
use crate::kernels::isa;
use crate::words::and_list;
pub use exit::Exit;
pub use hint::Hint;
use hub_flags::HubFlags;
use session::Session;

/// Label images with MobileNet.
#[derive(Debug, Parser)]
#[command(name = "mnet", version = version::short(), long_version = version::long(), propagate_version = true)]
#[command(styles = STYLES, args_override_self = true, after_long_help = EXAMPLES, max_term_width = 110)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    global: Global,
}

const EXAMPLES: &str = "\
Examples:
  Label a photo with the built-in model, without the network:
      mnet classify photo.jpg
  The same with MobileNetV2 0.75 at 160 px, from the hub:
      mnet classify photo.jpg --alpha 0.75 --res 160
  Print only the best label of each photo:
      mnet classify *.jpg --json | jq -r '.top[0].label'
  Find a network, see what it is made of, and measure what its resolution costs here:
      mnet models list --max-mult-adds 300M --sort top1
      mnet inspect v2
      mnet bench --res 128,160,192,224

Exit status:
  0  Every input is done
  1  Some inputs failed; the others are done
  2  Nothing was done: wrong usage, no such model or device
  128 and more  Ended by the signal of this number less 128";

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Global options")]
struct Global {
    /// Print only answers and errors
    #[arg(short, long, global = true, help_heading = None, overrides_with = "verbose")]
    quiet: bool,
    /// Say on stderr what runs, and why
    ///
    /// Weights, preprocessing, device, instruction set, threads, cache. Of -q and -v the last one counts.
    #[arg(short, long, global = true, help_heading = None, overrides_with = "quiet")]
    verbose: bool,
    /// When to use colour [env: NO_COLOR, CLICOLOR, CLICOLOR_FORCE, TERM]
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t, hide_short_help = true)]
    color: Colour,
    /// Show no progress bar
    ///
    /// Without this flag it is shown if stderr is a terminal and answers go to a file.
    #[arg(long, global = true, hide_short_help = true)]
    no_progress: bool,
    #[command(flatten)]
    hub: HubFlags,
}

impl Global {
    fn is_verbose(&self) -> bool {
        self.verbose && (!self.quiet || short_flags::verbose_is_last(std::env::args_os()))
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    Classify(Box<classify::Args>),
    Bench(bench::Args),
    Inspect(inspect::Args),
    Choose(choose::Args),
    Eval(Box<eval::Args>),
    Embed(Box<embed::Args>),
    Explain(Box<explain::Args>),
    Models(models::Args),
    Labels(labels::Args),
    Doctor(doctor::Args),
    Generate(generate::Args),
    Complete(complete::Args),
}

/// Parses the arguments of the process, runs the command, and says how it ended.
pub fn main() -> ExitCode {
    silence_caught_panics();
    signals::fail_at_size_limit();
    let cli = match usage::parse::<Cli>() {
        Ok(cli) => cli,
        Err(exit) => return exit,
    };
    let is_verbose = cli.global.is_verbose();
    let is_quiet = cli.global.quiet && !is_verbose;
    let console = Console::new(is_quiet, cli.global.color, cli.global.no_progress).with_details(is_verbose);
    // The doctor reports these among the rest.
    let broken = || unknown_isa().or_else(threads::too_small_stack);
    if !matches!(cli.command, Command::Doctor(_)) {
        if let Some((message, hint)) = broken() {
            console.error(&message, Some(&hint));
            return Exit::CouldNotRun.end();
        }
        if let Some((message, _)) = threads::ignored_stack() {
            console.note(message);
        }
    }
    let session = Session::new(&cli.global.hub, &console);
    let outcome = match &cli.command {
        Command::Classify(args) => classify::run(args, &session),
        Command::Bench(args) => bench::run(args, &session),
        Command::Inspect(args) => inspect::run(args, &session),
        Command::Choose(args) => choose::run(args, &session),
        Command::Eval(args) => eval::run(args, &session),
        Command::Embed(args) => embed::run(args, &session),
        Command::Explain(args) => explain::run(args, &session),
        Command::Models(args) => models::run(args, &session),
        Command::Labels(args) => labels::run(args, &session),
        Command::Doctor(args) => doctor::run(args, &cli.global.hub, &console),
        Command::Generate(args) => generate::run(args, Cli::command()),
        Command::Complete(args) => complete::run(args, Cli::command()),
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
    let available: Vec<_> = isa::names().collect();
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
    use clap::ArgAction;

    use super::*;

    #[test]
    fn clap_accepts_the_definition() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_letters_of_flags_without_a_value_are_known() {
        let mut letters = std::collections::BTreeSet::new();
        let mut commands = vec![Cli::command()];
        while let Some(command) = commands.pop() {
            let flags = command.get_arguments().filter(|arg| matches!(arg.get_action(), ArgAction::SetTrue));
            letters.extend(flags.filter_map(clap::Arg::get_short));
            commands.extend(command.get_subcommands().cloned());
        }
        assert_eq!(letters.into_iter().collect::<String>(), short_flags::WITHOUT_VALUE);
    }
}
