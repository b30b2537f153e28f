//! `mnet generate`: man pages and shell completions, from the definitions that parse the arguments.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Command, ValueEnum};
use clap_complete::Shell;
use clap_mangen::Man;

use super::exit::Exit;

/// Print man pages or shell completions
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mnet generate man man/
  mnet generate complete-bash > ~/.local/share/bash-completion/completions/mnet
  mnet generate complete-zsh > ~/.zfunc/_mnet
  mnet generate complete-fish > ~/.config/fish/completions/mnet.fish")]
pub(super) struct Args {
    /// What to print
    #[arg(value_enum)]
    what: What,
    /// Folder for the man pages, one file per command
    #[arg(required_if_eq("what", "man"))]
    folder: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum What {
    Man,
    CompleteBash,
    CompleteZsh,
    CompleteFish,
    CompletePowershell,
}

pub(super) fn run(args: &Args, command: &mut Command) -> Result<Exit> {
    let shell = match (args.what, &args.folder) {
        (What::Man, Some(folder)) => {
            for (name, page) in man_pages(command)? {
                write(&folder.join(&name), &page)?;
            }
            return Ok(Exit::Success);
        }
        (What::Man | What::CompleteBash, _) => Shell::Bash,
        (What::CompleteZsh, _) => Shell::Zsh,
        (What::CompleteFish, _) => Shell::Fish,
        (What::CompletePowershell, _) => Shell::PowerShell,
    };
    let mut script = Vec::new();
    clap_complete::generate(shell, command, "mnet", &mut script);
    io::stdout().write_all(&script)?;
    Ok(Exit::Success)
}

fn write(path: &Path, page: &[u8]) -> Result<()> {
    fs::write(path, page).with_context(|| format!("cannot write {}", path.display()))
}

/// File name and text of every command's page.
fn man_pages(command: &mut Command) -> io::Result<Vec<(String, Vec<u8>)>> {
    command.build();
    let mut pages = Vec::new();
    page(command, &mut pages)?;
    Ok(pages)
}

fn page(command: &Command, pages: &mut Vec<(String, Vec<u8>)>) -> io::Result<()> {
    let name = command.get_display_name().unwrap_or("mnet").to_owned();
    let mut text = Vec::new();
    // No date: the page changes when the command does.
    Man::new(command.clone()).title(name.to_uppercase()).date("").render(&mut text)?;
    pages.push((format!("{name}.1"), text));
    for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
        page(inner, pages)?;
    }
    Ok(())
}
