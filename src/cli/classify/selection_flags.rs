//! Which classes of an answer are printed.

use std::path::Path;

use anyhow::Result;

use crate::cli::command_line::{Arity, CommandLine};
use crate::cli::console::Failure;
use crate::cli::hint::quoted_word;
use crate::cli::usage::taken_as_classes;
use crate::cli::values::{probability, top};
use crate::predict::{AnswerOptions, Classes, Classifier, Likeness, UnknownClass};

/// Which classes of an answer.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Selection")]
pub(super) struct SelectionFlags {
    /// How many classes to print, best first
    #[arg(short = 'k', long = "top", value_name = "K", default_value_t = 5, value_parser = top)]
    top: usize,
    /// Only classes of this score or more
    ///
    /// A probability over all classes, from 0 to 1.
    #[arg(long, value_name = "P", default_value_t = 0.0, value_parser = probability)]
    min_score: f32,
    /// Of the K best classes only these
    ///
    /// A name, one of its comma-separated names, a WordNet id, an index, or a range such as 151-268. It takes all words up to the next flag, so put paths before it.
    #[arg(long, value_name = "LABEL", num_args = 1..)]
    only: Vec<String>,
    /// Of the K best classes all but these
    ///
    /// Named as for --only.
    #[arg(long, value_name = "LABEL", num_args = 1.., hide_short_help = true)]
    not: Vec<String>,
}

impl SelectionFlags {
    /// What to keep of the answers of this classifier.
    pub(super) fn wanted(&self, classifier: &Classifier, logits: bool) -> Result<AnswerOptions> {
        let [only, not] = [("--only", &self.only), ("--not", &self.not)].map(|(flag, words)| {
            classifier.classes(words).map_err(|error| {
                let is_class = |name: &str| classifier.classes(&[name.to_owned()]).is_ok();
                unquoted(&error, flag, words, is_class).unwrap_or_else(|| failure(&error, flag, words.len()))
            })
        });
        let classes = Classes::new((!self.only.is_empty()).then_some(only?), not?);
        Ok(AnswerOptions { top: self.top, min_score: self.min_score, classes, logits, features: None })
    }
}

/// The failure to find a class if its name was typed without quotes: `--only Egyptian cat`.
fn unquoted(
    error: &UnknownClass,
    flag: &str,
    words: &[String],
    is_class: impl Fn(&str) -> bool,
) -> Option<anyhow::Error> {
    let mut windows = (2..=words.len()).rev().flat_map(|length| words.windows(length));
    let pieces = windows.find(|pieces| pieces.contains(&error.word) && is_class(&pieces.join(" ")))?;
    let name = pieces.join(" ");
    let joined = CommandLine::of_process().with_value(&[flag], &pieces[0], &[&name]);
    let mended = pieces[1..].iter().try_fold(joined?, |line, piece| line.with_value(&[flag], piece, &[]));
    let message = format!("no class is called `{}`; `{name}` is one, in quotes", error.word);
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
