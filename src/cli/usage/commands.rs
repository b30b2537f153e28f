//! Words in the place of a command.

use std::path::Path;

use clap::error::ContextKind;

use super::foreign::COMMANDS;
use super::grammar::Grammar;
use super::mistake::{Mistake, texts};
use crate::cli::command_line::{CommandLine, looks_like_path};
use crate::cli::hint::{instead_of_missing, near_path, without_quotes};
use crate::models::catalogue;
use crate::models::spelling::nearest;
use crate::words;

/// `mnet photos`, `mnet clasify photo.jpg`, `mnet models ls`.
pub(super) fn unknown(error: &clap::Error, line: &CommandLine, grammar: &Grammar) -> Mistake {
    let word = texts(error, ContextKind::InvalidSubcommand).concat();
    let index = line.position(&word).unwrap_or_default();
    let place = grammar.place(line, index);
    let instead = |words: &[&str]| line.spliced(index..index + 1, words.iter().copied());
    let lower = word.to_lowercase();
    let foreign = COMMANDS.iter().filter(|row| row.of == place.name && row.names.contains(&&*lower));
    let known = place
        .command
        .get_subcommands()
        .filter(|command| !command.is_hide_set())
        .map(|command| command.get_name().to_owned());
    let mut known = nearest(&word, known);
    // clap looks further: `show` for `shw`, but also `choose` for `photos`, which may be a folder.
    if known.is_empty() && place.end > 0 {
        known = texts(error, ContextKind::SuggestedSubcommand);
    }
    let similar = known.iter().map(|command| instead(&[command]));
    let mut meant: Vec<_> = foreign.map(|row| instead(row.instead)).chain(similar).collect();
    if place.end > 0 {
        let message = format!("`{word}` is not a command of `{}`", place.name);
        if is_model(&word) || word.matches('/').count() == 1 {
            meant.push(instead(&["show", &word]));
        }
        return Mistake { message, meant, otherwise: format!("{} --help", place.name) };
    }
    let path = Path::new(&word);
    let classify = line.spliced(0..0, ["classify"]);
    // `mnet model list` beside a folder `model` is a slip of the finger.
    let is_command = || meant.iter().any(|line| grammar.parse(line).is_ok());
    let is_parsed = || grammar.parse(&classify).is_ok();
    if let Some(joined) = without_quotes(path, &classify).filter(|_| is_parsed()) {
        return Mistake { message: format!("`{word}` is not a command"), meant: vec![], otherwise: joined };
    }
    if looks_like_path(path.as_os_str())
        && let Some(step) = instead_of_missing(path, &classify).filter(|_| is_parsed())
    {
        return Mistake { message: format!("`{word}` is not a command"), meant: vec![], otherwise: step };
    }
    if looks_like_path(path.as_os_str()) || (path.exists() && !is_command()) {
        meant.insert(0, classify);
    } else if is_model(&word) {
        meant.push(instead(&["classify", "--model", &word]));
    } else if path.extension().is_some() {
        meant.push(classify);
    } else if let Some(near) = near_path(path) {
        meant.push(instead(&["classify", &near]));
    } else if meant.is_empty() {
        let commands = words::list("or", grammar.commands().filter(|name| *name != "help"));
        let message = format!("`{word}` is neither a command ({commands}) nor a file");
        return Mistake { message, meant, otherwise: "mnet --help".to_owned() };
    }
    let is_long = meant.last().is_some_and(|line| line.shown().is_none());
    let otherwise =
        if is_long { "mnet classify, with the same words after it" } else { "mnet --help" }.to_owned();
    Mistake { message: format!("`{word}` is not a command"), meant, otherwise }
}

/// Whether a word is a name of the catalogue.
fn is_model(word: &str) -> bool {
    catalogue::canonical(word).is_some()
}
