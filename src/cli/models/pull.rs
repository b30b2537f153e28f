//! `mnet models pull`: download before use.

use std::io::{self, Write};

use anyhow::Result;

use super::lookup::repositories;
use crate::cli::console::path_for_stdout;
use crate::cli::exit::Exit;
use crate::cli::session::Session;

/// Download checkpoints into the cache and print their folders
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Args {
    /// Networks, as for `mnet classify --model`
    ///
    /// owner/name[@revision], or a name of `mnet models list`.
    #[arg(required = true, value_name = "MODEL")]
    models: Vec<String>,
}

const EXAMPLES: &str = "\
Examples:
  Download before a machine goes offline:
      mnet models pull google/mobilenet_v2_0.75_160 v1";

pub(super) fn run(args: &Args, session: &Session) -> Result<Exit> {
    for model in &args.models {
        let repositories = repositories(model)?;
        if repositories.is_empty() {
            session.console().note(format_args!("{model} needs no download"));
            continue;
        }
        let snapshot = session.snapshot(&repositories)?;
        if let Some(folder) = snapshot.files().next().and_then(|(_, file)| file.parent()) {
            io::stdout().write_all(&[&path_for_stdout(folder), &b"\n"[..]].concat())?;
        }
    }
    Ok(Exit::Success)
}
