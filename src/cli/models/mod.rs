//! `mnet models`: which checkpoints exist, what they cost, and which are cached.
//!
//! A subcommand is a file, a variant of [`ModelsCommand`] and an arm of [`run`].

mod columns;
mod entry;
mod list;
mod lookup;
mod pull;
mod remove;
mod show;
mod verify;

use std::io::{self, Write};

use anyhow::Result;
use clap::Subcommand;

use super::console::path_for_stdout;
use super::exit::Exit;
use super::session::Session;

/// List checkpoints, download and check them, find the cache
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: ModelsCommand,
}

#[derive(Debug, Subcommand)]
enum ModelsCommand {
    List(list::Args),
    Show(show::Args),
    Pull(pull::Args),
    Verify(verify::Args),
    Rm(remove::Args),
    /// Print the folder of the cache
    Dir,
}

pub(super) fn run(args: &Args, session: &Session) -> Result<Exit> {
    match &args.command {
        ModelsCommand::List(args) => list::run(args, session),
        ModelsCommand::Show(args) => show::run(args, session),
        ModelsCommand::Pull(args) => pull::run(args, session),
        ModelsCommand::Verify(args) => verify::run(args, session),
        ModelsCommand::Rm(args) => remove::run(args, session),
        ModelsCommand::Dir => {
            let folder = path_for_stdout(&session.hub()?.options().cache_dir);
            io::stdout().write_all(&[&folder, &b"\n"[..]].concat())?;
            Ok(Exit::Success)
        }
    }
}
