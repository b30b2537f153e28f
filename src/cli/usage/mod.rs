//! Usage errors: what is wrong with a command line, and the same command without the mistake.
//!
//! clap finds the first mistake; [`find`] puts it into words, with the commands that may be meant. A command that parses
//! is suggested. One that has another mistake is mended in the same way, so that what is suggested always parses.

mod commands;
mod dashes;
mod devices;
mod examples;
mod find;
mod flags;
mod foreign;
mod grammar;
mod missing;
mod mistake;
mod negative;
mod refused;

use std::process::ExitCode;

use clap::{ColorChoice, Parser};

use super::command_line::CommandLine;
use super::console::{Colour, Console};
use super::exit::Exit;
use super::manual;
use dashes::has_odd_dashes;
use grammar::Grammar;
pub(super) use missing::{taken_as_classes, taken_by};

/// Parses the words that the process was started with.
///
/// # Errors
/// The exit status, after help, the version or an error was printed.
pub(super) fn parse<C: Parser>() -> Result<C, ExitCode> {
    let line = CommandLine::of_process();
    let colour = colour(&line);
    let error = match C::command().try_get_matches() {
        Ok(matches) if !has_odd_dashes(&line) => match C::from_arg_matches(&matches) {
            Ok(cli) => return Ok(cli),
            Err(error) => Some(error),
        },
        Ok(_) => None,
        // Once more, for help as it is shown: to make its endings would delay every start.
        Err(_) => manual::with_endings(C::command()).color(choice(colour)).try_get_matches().err(),
    };
    let grammar = Grammar::new(C::command());
    let is_answered = line.words().is_empty() || error.as_ref().is_some_and(|error| !error.use_stderr());
    match (error, find::mistake(&line, &grammar)) {
        (_, Some(mistake)) if !is_answered => {
            let meant = mended(mistake.meant, &grammar, &mut vec![]).map(devices::of_this_build);
            let (hint, lacking) = meant.map_or((None, None), |(line, lacking)| (line.shown(), lacking));
            let message = [mistake.message].into_iter().chain(lacking).collect::<Vec<_>>().join("; ");
            // `mnet help` has no help of its own: what it would show is that of the command after it.
            let hint = hint.unwrap_or_else(|| mistake.otherwise.replacen("mnet help ", "mnet ", 1));
            Console::new(false, colour, true).error(&message, Some(&hint));
            Err(Exit::CouldNotRun.end())
        }
        (Some(error), _) => {
            // The only thing that can go wrong here is a closed pipe.
            let _ = error.print();
            Err(if error.use_stderr() { Exit::CouldNotRun.end() } else { Exit::Success.end() })
        }
        (None, _) => Ok(C::parse()),
    }
}

/// How many commands are tried before one is suggested.
const MOST_TRIES: usize = 60;

/// The first of `lines` that parses, perhaps after its own mistakes are mended. No command is `tried` twice.
fn mended(lines: Vec<CommandLine>, grammar: &Grammar, tried: &mut Vec<CommandLine>) -> Option<CommandLine> {
    for line in lines {
        if tried.len() == MOST_TRIES || tried.contains(&line) {
            continue;
        }
        tried.push(line.clone());
        let found = match find::mistake(&line, grammar) {
            None => Some(grammar.recursive(line)),
            Some(mistake) => mended(mistake.meant, grammar, tried),
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

/// What `--color` says, although the other words have a mistake.
fn colour(line: &CommandLine) -> Colour {
    match line.value(&["--color"]).as_deref() {
        Some("always") => Colour::Always,
        Some("never") => Colour::Never,
        _ => Colour::Auto,
    }
}

fn choice(colour: Colour) -> ColorChoice {
    match colour {
        Colour::Auto => ColorChoice::Auto,
        Colour::Always => ColorChoice::Always,
        Colour::Never => ColorChoice::Never,
    }
}
