//! `mnet models rm`: out of the cache.

use anyhow::Result;

use super::entry::megabytes;
use super::{Console, Exit, failure, stored};
use crate::hub::Hub;

/// Remove checkpoints from the cache, which Python shares: every revision of their repositories
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  mnet models rm google/mobilenet_v2_0.75_160")]
pub(super) struct Args {
    /// What --model takes: owner/name or a name of `mnet models list`
    #[arg(required = true, value_name = "MODEL")]
    models: Vec<String>,
}

pub(super) fn run(args: &Args, hub: &Hub, console: &Console) -> Result<Exit> {
    // All of them are there, or none is removed.
    let found = args.models.iter().map(|model| Ok((model, stored(model, hub)?)));
    for (model, stored) in found.collect::<Result<Vec<_>>>()? {
        let folder = stored.folder().to_owned();
        let bytes = stored.remove().map_err(|error| failure(&error))?;
        console.note(format_args!("removed {model}, {} ({})", megabytes(bytes), folder.display()));
    }
    Ok(Exit::Success)
}
