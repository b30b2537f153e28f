//! `mnet models verify`: every cached file against the hash that names it.

use std::io::{self, Write};

use anyhow::Result;

use super::{Console, Exit, failure, stored};
use crate::hub::{Hub, Stored, Verdict};

/// Check cached files against the hub's hashes: sha256 of large ones, git's of small ones
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  mnet models verify\n  mnet models verify google/mobilenet_v2_1.0_224\n\n\
    Exit status: 0 every file is whole, 1 some are not, 2 could not check."
)]
pub(super) struct Args {
    /// What --model takes; every model in the cache if not given, those of other programs too
    #[arg(value_name = "MODEL")]
    models: Vec<String>,
}

pub(super) fn run(args: &Args, hub: &Hub, console: &Console) -> Result<Exit> {
    let mut found: Vec<(String, Stored)> = Vec::new();
    if args.models.is_empty() {
        for repository in hub.repositories() {
            found.extend(hub.stored(&repository).map(|stored| (repository.to_string(), stored)));
        }
        if found.is_empty() {
            console.note(format_args!("no model is cached in {}", hub.options().cache_dir.display()));
        }
    }
    for model in &args.models {
        found.push((model.clone(), stored(model, hub)?));
    }
    let mut exit = Exit::Success;
    for (model, stored) in found {
        if !verify(&model, &stored, console)? {
            exit = Exit::SomeFailed;
        }
    }
    Ok(exit)
}

/// A line for each file; whether none was bad.
fn verify(model: &str, stored: &Stored, console: &Console) -> Result<bool> {
    let mut output = io::stdout().lock();
    let mut is_whole = true;
    for file in stored.files().map_err(|error| failure(&error))? {
        let verdict = stored.verify(&file).map_err(|error| failure(&error))?;
        let said = match &verdict {
            Verdict::Whole => "ok",
            Verdict::Damaged { .. } => "DAMAGED",
            Verdict::Missing => "MISSING",
            Verdict::Unnamed => "not named by a hash",
        };
        writeln!(output, "{model}  {}  {said}", file.name)?;
        if let Verdict::Damaged { expected, found } = &verdict {
            let what = format!("{}: expected {expected}, found {found}", file.path.display());
            console.error(&what, None);
        }
        is_whole &= matches!(verdict, Verdict::Whole | Verdict::Unnamed);
    }
    if !is_whole {
        let again = format!("mnet models rm {model} && mnet models pull {model}");
        console.error(&format!("{model} is not whole in the cache"), Some(&again));
    }
    Ok(is_whole)
}
