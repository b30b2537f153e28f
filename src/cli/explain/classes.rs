//! The classes that a word names.

use std::collections::BTreeSet;

use anyhow::Result;

use crate::cli::classify::without_at;
use crate::cli::command_line::{Arity, CommandLine};
use crate::cli::console::Failure;
use crate::cli::hint::quoted_word;
use crate::cli::usage::taken_by;
use crate::predict::{AllGroups, Classifier, Likeness, UnknownClass};

const FLAG: &str = "--class";

/// The classes that `word`, one of `words`, names.
pub(super) fn find(
    classifier: &Classifier,
    word: &str,
    words: &[String],
    groups: &AllGroups,
) -> Result<BTreeSet<usize>> {
    let named = |name: &str| match name.strip_prefix('@') {
        Some(_) => groups.find(name).map(|group| group.classes).map_err(UnknownClass::from),
        None => classifier.classes(&[name.to_owned()]),
    };
    let is_class = |name: &str| named(name).is_ok();
    named(word).map_err(|error| {
        let line = CommandLine::of_process();
        let mended = as_path(&error, &line)
            .or_else(|| unquoted(&error, words, is_class, &line))
            .or_else(|| without_at(word, FLAG, |word| groups.own_word(word)));
        mended.unwrap_or_else(|| {
            let meant = error.similar.first().filter(|_| error.likeness != Some(Likeness::Other));
            let mended = meant.and_then(|name| line.with_value(&[FLAG], word, &[name])?.shown());
            let hint = mended.or_else(|| line.without(&[FLAG], Arity::Many)?.shown());
            let several = is_one_of_several(&line).then(|| format!("{}: ", classifier.info().name));
            Failure::error(format_args!("{}{error}", several.unwrap_or_default()), hint)
        })
    })
}

/// Whether the message has to say which network it is about.
fn is_one_of_several(line: &CommandLine) -> bool {
    ["-m", "--model", "--alpha", "--res"]
        .iter()
        .any(|flag| line.value(&[flag]).is_some_and(|value| value.contains(',')))
}

/// The failure if a photo stands where classes do: `--class tabby photo.jpg`.
fn as_path(error: &UnknownClass, line: &CommandLine) -> Option<anyhow::Error> {
    let after_command = line.position("explain").map_or(0, |at| at + 1);
    let (paths, moved) = line.with_paths_first(&[FLAG], after_command)?;
    let is_path = paths.iter().any(|path| path.to_string_lossy() == error.word);
    is_path.then(|| Failure::error(taken_by(&paths, "--class takes"), moved.shown()))
}

/// The failure if a name was typed without quotes: `--class Egyptian cat`.
fn unquoted(
    error: &UnknownClass,
    words: &[String],
    is_class: impl Fn(&str) -> bool,
    line: &CommandLine,
) -> Option<anyhow::Error> {
    let mut windows = (2..=words.len()).rev().flat_map(|length| words.windows(length));
    let pieces = windows.find(|pieces| pieces.contains(&error.word) && is_class(&pieces.join(" ")))?;
    let name = pieces.join(" ");
    let joined = line.with_value(&[FLAG], &pieces[0], &[&name]);
    let mended = pieces[1..].iter().try_fold(joined?, |line, piece| line.with_value(&[FLAG], piece, &[]));
    let message = format!("no class is called `{}`; `{name}` is one, in quotes", error.word);
    let hint =
        mended.and_then(|line| line.shown()).unwrap_or_else(|| format!("{FLAG} {}", quoted_word(&name)));
    Some(Failure::error(message, Some(hint)))
}
