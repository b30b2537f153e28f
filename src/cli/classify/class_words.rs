//! Words that name classes, and suggestions for words that do not.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;

use crate::cli::command_line::{Arity, CommandLine};
use crate::cli::console::Failure;
use crate::cli::hint::quoted_word;
use crate::cli::usage::taken_as_classes;
use crate::predict::{Labels, Likeness, UnknownClass};

/// The classes that the `words` after `flag` name.
pub(super) fn classes(
    flag: &str,
    words: &[String],
    labels: &Labels,
    is_known: impl Fn(&str) -> bool,
    own_word: impl Fn(&str) -> Option<String>,
) -> Result<BTreeSet<usize>> {
    let plain: Vec<_> = words.iter().filter(|word| !word.starts_with('@')).cloned().collect();
    labels.find(&plain).map_err(|error| {
        let one = Some(&error).filter(|error| error.likeness != Some(Likeness::Parts));
        one.and_then(|error| unspaced(&error.word, flag, &is_known))
            .or_else(|| unquoted(&error.word, "class", flag, words, is_known))
            .or_else(|| without_at(&error.word, flag, own_word))
            .unwrap_or_else(|| failure(&error, flag, words.len()))
    })
}

/// The failure to find `word`, if it is the name of a user's own group without its `@`: `--only pets`.
pub(in crate::cli) fn without_at(
    word: &str,
    flag: &str,
    own_word: impl Fn(&str) -> Option<String>,
) -> Option<anyhow::Error> {
    let group = own_word(word)?;
    let mended = CommandLine::of_process().with_value(&[flag], word, &[&group])?;
    Some(Failure::error(format_args!("no class is called `{word}`; {group} is a group"), mended.shown()))
}

/// The failure to find `word`, if it is several words joined by commas: `--only @dog,@cat`.
pub(super) fn unspaced(word: &str, flag: &str, is_known: impl Fn(&str) -> bool) -> Option<anyhow::Error> {
    let parts: Vec<_> = word.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    if parts.len() < 2 || !parts.iter().all(|part| is_known(part)) {
        return None;
    }
    let line = CommandLine::of_process();
    // In --only=@dog,@cat the flag and its value are one word.
    let attached = line.words().iter().position(|typed| *typed == *format!("{flag}={word}"));
    let mended = match attached {
        Some(at) => line.spliced(at..at + 1, [&[flag], &parts[..]].concat()),
        None => line.with_value(&[flag], word, &parts)?,
    };
    let message = format!("nothing is called `{word}`; as words of their own: {}", parts.join(", "));
    Some(Failure::error(message, mended.shown()))
}

/// The failure to find `word`, a `noun`, if its name was typed without quotes: `--only Egyptian cat`.
pub(super) fn unquoted(
    word: &String,
    noun: &str,
    flag: &str,
    words: &[String],
    is_known: impl Fn(&str) -> bool,
) -> Option<anyhow::Error> {
    let mut windows = (2..=words.len()).rev().flat_map(|length| words.windows(length));
    let pieces = windows.find(|pieces| pieces.contains(word) && is_known(&pieces.join(" ")))?;
    let name = pieces.join(" ");
    let joined = CommandLine::of_process().with_value(&[flag], &pieces[0], &[&name]);
    let mended = pieces[1..].iter().try_fold(joined?, |line, piece| line.with_value(&[flag], piece, &[]));
    let message = format!("no {noun} is called `{word}`; `{name}` is one, in quotes");
    Some(Failure::error(message, mended?.shown()))
}

/// The largest number of names in a suggested command.
const MOST_NAMES: usize = 12;

/// The failure to find a class named by one of `count` words after `flag`, with the command that the user may have meant.
pub(super) fn failure(error: &UnknownClass, flag: &str, count: usize) -> anyhow::Error {
    let line = CommandLine::of_process();
    let after_command = line.position("classify").map_or(0, |at| at + 1);
    if let Some((paths, moved)) = line.with_paths_first(&["--only", "--not"], after_command)
        && paths.iter().any(|path| path.to_string_lossy() == error.word)
    {
        // A folder is searched only with -r.
        let is_folder = paths.iter().any(|path| Path::new(path).is_dir());
        let is_searched = moved.has(&["-r", "--recursive"]) || !is_folder;
        let searching = if is_searched { moved } else { moved.spliced(after_command..after_command, ["-r"]) };
        return Failure::error(taken_as_classes(&paths), searching.shown());
    }
    let names: Vec<_> = error.similar.iter().map(String::as_str).collect();
    let names = match error.likeness {
        // At most one of the similarly spelled names is meant.
        Some(Likeness::Spelling) => &names[..1],
        Some(Likeness::Other) => &[],
        _ if names.len() > MOST_NAMES => &names[..MOST_NAMES],
        _ => &names[..],
    };
    let mended = match count {
        1 if names.is_empty() => line.without(&[flag], Arity::Many),
        _ => line.with_value(&[flag], &error.word, names),
    };
    let message = match names {
        [] => format!("{error}; without it, answers show what the model calls it"),
        _ if error.likeness == Some(Likeness::Word) && names.len() < error.similar.len() => {
            format!("{error}; the command has {} of {}", names.len(), error.similar.len())
        }
        _ => error.to_string(),
    };
    let names: Vec<_> = names.iter().map(quoted_word).collect();
    let without = || format!("the same without {flag} {}", quoted_word(&error.word));
    let hint = mended.and_then(|line| line.shown());
    let named = || if names.is_empty() { without() } else { format!("{flag} {}", names.join(" ")) };
    Failure::error(message, Some(hint.unwrap_or_else(named)))
}
