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
mod secret;
mod section;
mod self_test;
mod text;
mod threads;
mod variables;

use std::io::{self, Write};

use anyhow::Result;

use super::console::Console;
use super::exit::Exit;
use super::hub_flags::HubFlags;
use crate::terminal_text::escape_in_json;
use report::Report;
use section::Level;
use text::Text;

/// Check this installation: what mnet can use here, and what is wrong
///
/// Shows version, processor, devices, threads, memory, cache, hub and environment, and runs the built-in network once against a
/// reference. Tokens and passwords are not shown, so that the report can be posted. Nothing is written. One request is sent to the hub,
/// unless the run is offline.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  mnet doctor
  mnet doctor --offline                         open no connection
  mnet doctor --json | jq '.problems'

Exit status: 0 all is well, or there are warnings only; 1 something does not work; 2 wrong usage.";

pub(super) fn run(args: &Args, flags: &HubFlags, console: &Console) -> Result<Exit> {
    let report = Report::examine(flags, console);
    let mut output = Vec::new();
    if args.json {
        writeln!(output, "{}", escape_in_json(&report.json()?))?;
    } else {
        Text { output: &mut output, colour: console.colours_stdout() }.write(&report.sections())?;
    }
    io::stdout().write_all(&output)?;
    Ok(if report.worst() == Some(Level::Error) { Exit::SomeFailed } else { Exit::Success })
}
