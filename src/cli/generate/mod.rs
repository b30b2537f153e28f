//! `mnet generate`: man pages and shell completions, from the definitions that parse the arguments.

mod man;
mod prose;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Command, ValueEnum};
use clap_complete::Shell;

use super::complete;
use super::console::Failure;
use super::exit::Exit;
use super::hint::quoted;

/// Print man pages or shell completions
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Args {
    /// What to print
    #[arg(value_enum)]
    what: What,
    /// Folder for the man pages, one file per command
    #[arg(required_if_eq("what", "man"))]
    folder: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  Completions for bash, in ~/.bashrc:
      source <(mnet generate complete-bash)
  For zsh, in ~/.zshrc after compinit:
      source <(mnet generate complete-zsh)
  For fish, in ~/.config/fish/config.fish:
      mnet generate complete-fish | source
  Man pages, in a folder that exists:
      mnet generate man ~/.local/share/man/man1";

#[derive(Clone, Copy, Debug, ValueEnum)]
enum What {
    Man,
    CompleteBash,
    CompleteZsh,
    CompleteFish,
    CompletePowershell,
}

pub(super) fn run(args: &Args, command: Command) -> Result<Exit> {
    let script = match (args.what, &args.folder) {
        (What::Man, Some(folder)) => {
            check_folder(folder)?;
            for (name, page) in man::pages(command)? {
                write(&folder.join(&name), &page)?;
            }
            return Ok(Exit::Success);
        }
        (_, Some(folder)) => {
            let message = "a script of completions goes to stdout; a folder is for man pages";
            let hint = format!("the same without {}", quoted(folder));
            return Err(Failure::error(message, Some(hint)));
        }
        (What::Man | What::CompleteBash, _) => complete::BASH.to_owned(),
        (What::CompleteZsh, _) => complete::ZSH.to_owned(),
        (What::CompleteFish, _) => complete::FISH.to_owned(),
        (What::CompletePowershell, _) => powershell(&command)?,
    };
    io::stdout().write_all(script.as_bytes())?;
    Ok(Exit::Success)
}

/// A script that knows commands, flags and their words, but not names.
fn powershell(command: &Command) -> Result<String> {
    // The generator knows no hidden commands.
    let shown = command.get_subcommands().filter(|inner| !inner.is_hide_set()).cloned();
    let program = Command::new("mnet").version(env!("CARGO_PKG_VERSION")).propagate_version(true);
    let mut program = program.args(command.get_arguments().cloned()).subcommands(shown);
    let mut script = Vec::new();
    clap_complete::generate(Shell::PowerShell, &mut program, "mnet", &mut script);
    Ok(String::from_utf8(script)?)
}

fn check_folder(folder: &Path) -> Result<()> {
    let shown = folder.display();
    if folder.is_file() {
        return Err(Failure::error(
            format_args!("{shown}: is a file, expected a folder"),
            Some("mnet generate man .".into()),
        ));
    }
    if folder.exists() {
        return Ok(());
    }
    let hint = format!("mkdir -p {0} && mnet generate man {0}", quoted(folder));
    Err(Failure::error(format_args!("{shown}: no such folder"), Some(hint)))
}

fn write(path: &Path, page: &str) -> Result<()> {
    fs::write(path, page).with_context(|| format!("cannot write {}", path.display()))
}
