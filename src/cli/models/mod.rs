//! `mnet models`: what exists, what it costs, what is cached.

mod entry;
mod list;
mod pull;
mod remove;
mod show;
mod verify;

use std::io::{self, Write};

use anyhow::Result;
use clap::Subcommand;

use super::Exit;
use super::console::{Console, Failure};
use super::hub_flags::HubFlags;
use crate::hub::{Hub, HubError, Repository};
use crate::predict::{self, Request, Source};

/// List checkpoints, download and check them, find the cache
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Models,
}

#[derive(Debug, Subcommand)]
enum Models {
    List(list::Args),
    Show(show::Args),
    Pull(pull::Args),
    Verify(verify::Args),
    Rm(remove::Args),
    /// Print the folder of the cache
    Dir,
}

pub(super) fn run(args: &Args, hub: &HubFlags, console: &Console) -> Result<Exit> {
    let needed = || hub.hub().map_err(|error| failure(&error));
    match &args.command {
        Models::List(args) => list::run(args, hub.hub().ok().as_ref(), console),
        Models::Show(args) => show::run(args, hub.hub().ok()),
        Models::Pull(args) => pull::run(args, &needed()?, console),
        Models::Verify(args) => verify::run(args, &needed()?, console),
        Models::Rm(args) => remove::run(args, &needed()?, console),
        Models::Dir => {
            writeln!(io::stdout(), "{}", needed()?.options().cache_dir.display())?;
            Ok(Exit::Success)
        }
    }
}

fn failure(error: &HubError) -> anyhow::Error {
    Failure::error(error, error.hint())
}

/// What `--model` means by `model`.
fn select(model: &str) -> Result<Source> {
    let request = Request { model: Some(model.to_owned()), ..Request::default() };
    predict::select(&request).map_err(|error| Failure::error(&error, Some(error.hint())))
}

/// The repositories that `model` may mean, of which those revisions will do; none if it needs no download.
fn repositories(model: &str) -> Result<Vec<Repository>> {
    predict::repositories(&select(model)?).map_err(|error| failure(&error))
}

/// What the cache holds of `model`.
fn stored(model: &str, hub: &Hub) -> Result<crate::hub::Stored> {
    let repositories = repositories(model)?;
    let found = repositories.first().and_then(|repository| hub.stored(repository));
    found.ok_or_else(|| {
        Failure::error(
            format_args!("{model} is not in the cache"),
            Some("mnet models list --cached".to_owned()),
        )
    })
}
