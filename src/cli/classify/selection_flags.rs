//! Which classes of an answer are printed.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;

use super::asked_groups::{AskedWords, asked_groups, note_groups};
use crate::cli::command_line::{Arity, CommandLine};
use crate::cli::console::{Console, Failure};
use crate::cli::group_flags::GroupFlags;
use crate::cli::hint::{OrFail, quoted_word};
use crate::cli::usage::taken_as_classes;
use crate::cli::values::{probability, top};
use crate::predict::{AnswerOptions, Classes, Classifier, Labels, Likeness, NamedGroups, UnknownClass};

/// Which classes of an answer.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Selection")]
pub(super) struct SelectionFlags {
    /// How many classes to print, best first
    #[arg(short = 'k', long = "top", value_name = "K", default_value_t = 5, value_parser = top)]
    top: usize,
    /// Only classes of this score or more; of a group, its whole score
    ///
    /// A probability over all classes, from 0 to 1. A group that --only asks for passes with the sum over its classes, which are then listed
    /// however low their own scores are.
    #[arg(long, value_name = "P", default_value_t = 0.0, value_parser = probability)]
    min_score: f32,
    /// Of the K best classes only these, or groups such as @dog
    ///
    /// A name, one of its comma-separated names, a WordNet id, an index, or a range such as 151-268. @dog, @bird or @n02084071 is a group
    /// of classes: answers have the sum over it, and its K best classes, if one of them is among the K best of all or if the sum
    /// reaches --min-score. It takes all words up to the next flag, so put paths before it.
    #[arg(long, value_name = "LABEL", num_args = 1..)]
    only: Vec<String>,
    /// Of the K best classes all but these
    ///
    /// Named as for --only. What is left out of a group does not count in its sum.
    #[arg(long, value_name = "LABEL", num_args = 1.., hide_short_help = true)]
    not: Vec<String>,
}

impl SelectionFlags {
    /// What to keep of the answers of this classifier.
    pub(super) fn wanted(
        &self,
        classifier: &Classifier,
        groups: &GroupFlags,
        logits: bool,
        console: &Console,
    ) -> Result<AnswerOptions> {
        let labels = classifier.labels();
        let level = groups.level(labels, &classifier.info().name, console)?;
        let words = self.only.iter().chain(&self.not);
        let has_groups = words.clone().any(|word| word.starts_with('@'));
        let named = if has_groups || groups.file().is_some() {
            groups.named(labels)?
        } else {
            NamedGroups::default()
        };
        let only = AskedWords::new("--only", &self.only, labels, &named)?;
        let not = AskedWords::new("--not", &self.not, labels, &named)?;
        let asked = asked_groups(&only, &not)?;
        let classes = Classes::new(only.has_classes().then(|| only.classes.clone()), not.all());
        let mut classes = classes.with_groups(asked);
        if let Some(level) = level {
            classes = classes.at_level(level).or_fail()?;
        }
        let is_used = has_groups || groups.lists_groups();
        note_groups(groups, &named, is_used, classifier.is_multi_label(), console);
        Ok(AnswerOptions { top: self.top, min_score: self.min_score, classes, logits })
    }
}

/// The classes that `words` name after `flag`.
pub(super) fn classes(
    flag: &str,
    words: &[String],
    labels: &Labels,
    is_known: impl Fn(&str) -> bool,
) -> Result<BTreeSet<usize>> {
    let plain: Vec<_> = words.iter().filter(|word| !word.starts_with('@')).cloned().collect();
    labels.find(&plain).map_err(|error| {
        let one = unquoted(&error.word, "class", flag, words, is_known);
        one.unwrap_or_else(|| failure(&error, flag, words.len()))
    })
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

/// The most names that a command lists.
const MOST_NAMES: usize = 12;

/// The failure to find a class that is one of `count` words after `flag`, with the command that may be meant.
fn failure(error: &UnknownClass, flag: &str, count: usize) -> anyhow::Error {
    let line = CommandLine::of_process();
    let after_command = line.position("classify").map_or(0, |at| at + 1);
    if let Some((paths, moved)) = line.with_paths_first(&["--only", "--not"], after_command)
        && paths.iter().any(|path| path.to_string_lossy() == error.word)
    {
        // A folder needs the flag that searches it.
        let is_folder = paths.iter().any(|path| Path::new(path).is_dir());
        let is_searched = moved.has(&["-r", "--recursive"]) || !is_folder;
        let searching = if is_searched { moved } else { moved.spliced(after_command..after_command, ["-r"]) };
        return Failure::error(taken_as_classes(&paths), searching.shown());
    }
    let names: Vec<_> = error.similar.iter().map(String::as_str).collect();
    let names = match error.likeness {
        // Of names that are spelled like the word, one may be meant.
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
