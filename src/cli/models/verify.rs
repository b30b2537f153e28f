//! `mnet models verify`: check every cached file against the hash it is named by.

use std::io::{self, Write};

use anyhow::Result;

use super::lookup::cached;
use crate::cli::console::Console;
use crate::cli::exit::Exit;
use crate::cli::hint::OrFail;
use crate::cli::session::Session;
use crate::hub::{CachedRepo, Integrity};

/// Check cached files against the hub's hashes
///
/// By sha256 for large files, and by git's hash for small ones.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Args {
    /// Networks, as for --model; by default the whole cache
    ///
    /// owner/name, or a name of `mnet models list`. The whole cache includes repositories of other programs.
    #[arg(value_name = "MODEL")]
    models: Vec<String>,
}

const EXAMPLES: &str = "\
Examples:
  Check all that is in the cache:
      mnet models verify
  Check one repository:
      mnet models verify google/mobilenet_v2_1.0_224

Exit status:
  0  Every file is intact
  1  Some files are not
  2  Nothing could be checked";

pub(super) fn run(args: &Args, session: &Session) -> Result<Exit> {
    let (hub, console) = (session.hub()?, session.console());
    let mut found: Vec<(String, CachedRepo)> = Vec::new();
    if args.models.is_empty() {
        for repository in hub.repositories() {
            found.extend(hub.cached_repo(&repository).map(|repo| (repository.to_string(), repo)));
        }
        if found.is_empty() {
            console.note(format_args!("no model is cached in {}", hub.options().cache_dir.display()));
        }
    }
    for model in &args.models {
        found.push((model.clone(), cached(model, &hub)?));
    }
    let mut exit = Exit::Success;
    for (model, repo) in found {
        if !verify(&model, &repo, console)? {
            exit = Exit::SomeFailed;
        }
    }
    Ok(exit)
}

/// Prints a line for each file; returns whether none is damaged, missing or of a special kind.
fn verify(model: &str, repo: &CachedRepo, console: &Console) -> Result<bool> {
    let mut output = io::stdout().lock();
    let mut is_intact = true;
    for file in repo.files().or_fail()? {
        let integrity = repo.verify(&file).or_fail()?;
        let word = match &integrity {
            Integrity::Intact => "ok",
            Integrity::Damaged { .. } => "DAMAGED",
            Integrity::Missing => "MISSING",
            Integrity::Special => "NOT A REGULAR FILE",
            Integrity::NoHash => "not named by a hash",
        };
        writeln!(output, "{model}  {}  {word}", file.name)?;
        if let Integrity::Damaged { expected, found } = &integrity {
            let message = format!("{}: expected {expected}, found {found}", file.path.display());
            console.error(&message, None);
        }
        is_intact &= matches!(integrity, Integrity::Intact | Integrity::NoHash);
    }
    if !is_intact {
        let again = format!("mnet models rm {model} && mnet models pull {model}");
        console.error(&format!("{model} is damaged or incomplete in the cache"), Some(&again));
    }
    Ok(is_intact)
}
