//! `mnet doctor`: what this program and this machine are like, for a bug report and for one's own questions.
//!
//! A section of the report is a file with its facts and an `impl Section`, and a field of `Report`.

mod cache;
mod contents;
mod devices;
mod disk;
mod endpoint;
mod memory;
mod processor;
mod program;
mod report;
mod section;
mod self_test;
mod text;
mod threads;
mod variables;

use std::io::{self, IsTerminal, Write};

use anyhow::Result;

use super::console::Console;
use super::exit::Exit;
use super::hub_flags::HubFlags;
use super::secret::without_secrets;
use super::terminal;
use crate::terminal_text::escape_in_json;
use report::Report;
use section::Level;
use text::{Text, WIDTH};

/// Check this installation, for a bug report or for yourself
///
/// Shows version, processor, devices, threads, memory, cache, hub and environment, each problem with what to do about it, and compares
/// the built-in network with a reference. Tokens and passwords are not shown. Nothing is written. The hub gets one request, unless the
/// run is offline.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Args {
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  Look for what is wrong:
      mnet doctor
  Open no connection:
      mnet doctor --offline
  Print only the problems, for a script:
      mnet doctor --json | jq '.problems'

Exit status:
  0  All is well, or there are only warnings
  1  Something does not work
  2  Wrong usage";

pub(super) fn run(args: &Args, flags: &HubFlags, console: &Console) -> Result<Exit> {
    let report = Report::examine(flags, console);
    let mut output = Vec::new();
    if args.json {
        writeln!(output, "{}", escape_in_json(&report.json()?))?;
    } else {
        let columns = terminal::stdout_columns().unwrap_or(WIDTH).min(WIDTH);
        let colour = console.colours_answers(io::stdout().is_terminal());
        Text { output: &mut output, colour, columns }.write(&report.sections())?;
    }
    io::stdout().write_all(without_secrets(&String::from_utf8_lossy(&output)).as_bytes())?;
    Ok(if report.worst() == Some(Level::Error) { Exit::SomeFailed } else { Exit::Success })
}
