//! Flags that a command does not have, and words that it does not take.

use std::path::Path;

use clap::error::ContextKind;

use super::foreign::{FLAGS, Instead};
use super::grammar::{Grammar, Place};
use super::mistake::{Mistake, texts};
use crate::cli::command_line::{CommandLine, looks_like_path};
use crate::cli::short_flags;
use crate::models::catalogue;

/// `--threshold 0.5`, `-k -1`, `mnet --alpha 0.75 photo.jpg`, `mnet bench v2`.
pub(super) fn unknown(error: &clap::Error, line: &CommandLine, grammar: &Grammar) -> Mistake {
    let flag = texts(error, ContextKind::InvalidArg).concat();
    let Some((index, word)) = line.flags_and_words().find(|(_, word)| is_given(&flag, word)) else {
        if let Some(mistake) = after_letters(&flag, line, grammar) {
            return mistake;
        }
        let name = grammar.place(line, usize::MAX).name;
        let (message, otherwise) = (format!("`{name}` does not take `{flag}`"), format!("{name} --help"));
        return Mistake { message, meant: vec![], otherwise };
    };
    let place = grammar.place(line, index);
    let otherwise = format!("{} --help", place.name);
    if !flag.starts_with('-') {
        let message = format!("`{}` does not take `{flag}`", place.name);
        return Mistake { message, meant: without_word(line, index, &place), otherwise };
    }
    if place.end == 0 {
        return before_command(word.split('=').next().unwrap_or_default(), line, grammar);
    }
    let file = Path::new(&word).exists().then(|| line.spliced(index..index + 1, [format!("./{word}")]));
    let meant = file.into_iter().chain(instead(line, index, &flag, &word, &place)).collect();
    Mistake { message: format!("`{}` has no flag {flag}", place.name), meant, otherwise }
}

/// `-rphotos`: what follows letters of flags without a space is not a flag.
fn after_letters(flag: &str, line: &CommandLine, grammar: &Grammar) -> Option<Mistake> {
    let wrong = flag.strip_prefix('-').filter(|letter| letter.chars().count() == 1)?;
    let (index, flags, rest) = line.flags_and_words().find_map(|(index, word)| {
        let (flags, rest) = short_flags::split(&word).filter(|(flags, _)| !flags.is_empty())?;
        rest.starts_with(wrong).then(|| (index, format!("-{flags}"), rest.to_owned()))
    })?;
    let place = grammar.place(line, index);
    let long = format!("--{rest}");
    let long = place.argument(long.split('=').next().unwrap_or_default()).map(|_| long.clone());
    let words = [flags.clone(), long.unwrap_or_else(|| rest.clone())];
    Some(Mistake {
        message: format!(
            "`{}` has no flag {flag}, and {flags} takes no value: `{flags}{rest}` needs a space",
            place.name
        ),
        meant: vec![line.spliced(index..index + 1, words)],
        otherwise: format!("{} --help", place.name),
    })
}

/// Whether `word` is `flag`, with a value or without.
fn is_given(flag: &str, word: &str) -> bool {
    match word.strip_prefix(flag) {
        Some(rest) => rest.is_empty() || rest.starts_with('=') || !flag.starts_with("--"),
        None => false,
    }
}

/// Flags of a command that come before it, or without it.
fn before_command(flag: &str, line: &CommandLine, grammar: &Grammar) -> Mistake {
    let commands: Vec<_> = grammar.commands().filter(|command| *command != "help").collect();
    let moved = commands.iter().filter_map(|command| {
        let at = line.position(command)?;
        Some(line.spliced(at..at + 1, [""; 0]).spliced(0..0, [command]))
    });
    let added = commands.iter().map(|command| line.spliced(0..0, [command]));
    Mistake {
        message: format!("no command before {flag}"),
        meant: moved.chain(added).collect(),
        otherwise: "mnet classify, with the same words after it".to_owned(),
    }
}

/// What a command that takes no such word may be meant to do.
fn without_word(line: &CommandLine, index: usize, place: &Place) -> Vec<CommandLine> {
    let word = &line.words()[index];
    let is_path = looks_like_path(word) || Path::new(word).exists();
    let text = word.to_string_lossy();
    let is_taken = |flag: &&str| match *flag {
        "--max-ms" => text.parse::<f64>().is_ok_and(|ms| ms > 0.0 && ms.is_finite()),
        "--family" => catalogue::canonical(&text).is_some(),
        _ => text.parse::<f64>().is_err(),
    };
    let flags = ["--max-ms", "--model", "--family"].into_iter().filter(is_taken);
    let flag =
        flags.filter(|flag| !is_path && !line.has(&[flag])).find(|flag| place.argument(flag).is_some());
    let named = flag.map(|flag| line.spliced(index..index, [flag]));
    named.into_iter().chain([line.spliced(index..index + 1, [""; 0])]).collect()
}

/// The command with flags that exist in place of the one at `index`.
fn instead(line: &CommandLine, index: usize, flag: &str, word: &str, place: &Place) -> Vec<CommandLine> {
    // What is attached: `=0.5` of `--threshold=0.5`, `5` of `-n5`. In `-name`, nothing is.
    let rest = &word[flag.len()..];
    let attached = Some(rest.trim_start_matches('=')).filter(|attached| !attached.is_empty());
    let is_word = rest.starts_with(char::is_alphabetic);
    let renamed = |name: &str| line.spliced(index..index + 1, [Some(name), attached].into_iter().flatten());
    let is_named = |name: &&str| if flag.len() > 2 { name.eq_ignore_ascii_case(flag) } else { *name == flag };
    let rows = FLAGS.iter().filter(|row| !is_word && row.names.iter().any(is_named));
    let foreign = rows.map(|row| match row.instead {
        Instead::Flag(name) => renamed(name),
        Instead::Words(words) => with_words(line, index, attached, words),
        Instead::Path => line.spliced(index..index + 1, attached),
    });
    let near = near_flags(flag, place).into_iter().map(|name| renamed(&name));
    // `-model v2`, where one dash is meant to be two.
    let dashes = format!("-{word}");
    let long = place.argument(dashes.split('=').next().unwrap_or_default());
    let long = long.map(|_| line.spliced(index..index + 1, [&dashes]));
    long.into_iter().chain(foreign).chain(near).collect()
}

/// The command with `words` in place of a flag that is a switch elsewhere, or that takes a number: `--gpu 0` is `--device cuda:0`.
fn with_words(line: &CommandLine, index: usize, attached: Option<&str>, words: &[&str]) -> CommandLine {
    let next = line.words().get(index + 1).and_then(|word| word.to_str());
    let is_number = |word: &&str| word.bytes().all(|c| c.is_ascii_digit());
    let next = next.filter(|word| attached.is_none() && is_number(word));
    let number = attached.filter(is_number).or(next);
    let mut words: Vec<_> = words.iter().map(|word| (*word).to_owned()).collect();
    if let (Some(number), Some(device)) = (number, words.last_mut().filter(|word| *word == "cuda")) {
        device.push(':');
        device.push_str(number);
    }
    line.spliced(index..index + 1 + usize::from(next.is_some()), words)
}

/// Long flags of a command whose names are near: a part of a name, or at most one letter in three is wrong.
fn near_flags(flag: &str, place: &Place) -> Vec<String> {
    let Some(wanted) = flag.strip_prefix("--").map(str::to_lowercase) else { return vec![] };
    let letters = wanted.chars().count();
    let rank = |name: String| {
        let known = name.strip_prefix("--")?;
        let is_part = letters > 1 && known.starts_with(&wanted) || wanted.starts_with(&format!("{known}-"));
        let distance = strsim::damerau_levenshtein(&wanted, known);
        (is_part || distance * 3 <= letters).then_some((!is_part, distance, name))
    };
    let long = place.flags().flat_map(|(_, names)| names).filter_map(rank);
    let mut near: Vec<_> = long.collect();
    near.sort();
    near.into_iter().map(|(.., name)| name).collect()
}
