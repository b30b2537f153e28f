//! `mnet models rm`: remove from the cache.

use anyhow::Result;

use super::entry::megabytes;
use super::lookup::cached;
use crate::cli::exit::Exit;
use crate::cli::hint::OrFail;
use crate::cli::session::Session;

/// Remove checkpoints from the cache
///
/// Every revision of their repositories is removed. The cache is shared with Python.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Args {
    /// Networks, as for `mnet classify --model`
    ///
    /// owner/name, or a name of `mnet models list`.
    #[arg(required = true, value_name = "MODEL")]
    models: Vec<String>,
}

const EXAMPLES: &str = "\
Examples:
  Remove a repository:
      mnet models rm google/mobilenet_v2_0.75_160";

pub(super) fn run(args: &Args, session: &Session) -> Result<Exit> {
    let hub = session.hub()?;
    // Find all of them before removing any.
    let found = args.models.iter().map(|model| Ok((model, cached(model, &hub)?)));
    for (model, repo) in found.collect::<Result<Vec<_>>>()? {
        let folder = repo.folder().to_owned();
        let bytes = megabytes(repo.remove().or_fail()?);
        session.console().note(format_args!("removed {model}, {bytes} ({})", folder.display()));
    }
    Ok(Exit::Success)
}
