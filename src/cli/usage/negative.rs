//! Negative numbers, which clap takes for flags: `-k -1`.

use super::grammar::{Grammar, arity};
use crate::cli::command_line::{Arity, CommandLine};

/// The command with the first negative number joined to the flag before it, `-k=-1`, and the index of that word.
pub(super) fn joined(line: &CommandLine, grammar: &Grammar) -> Option<(usize, CommandLine)> {
    let words: Vec<_> = line.flags_and_words().collect();
    let pairs = words.iter().zip(words.iter().skip(1));
    let (flag, number) = pairs.map(|((index, flag), (_, number))| ((*index, flag), number)).find(
        |((index, flag), number)| {
            let place = grammar.place(line, *index);
            let has_value =
                |(arg, names): (&clap::Arg, Vec<String>)| arity(arg) != Arity::Zero && names.contains(flag);
            is_negative(number) && place.flags().any(has_value)
        },
    )?;
    let (index, flag) = flag;
    Some((index, line.spliced(index..index + 2, [format!("{flag}={number}")])))
}

fn is_negative(word: &str) -> bool {
    word.strip_prefix('-').is_some_and(|digits| digits.starts_with(|c: char| c.is_ascii_digit() || c == '.'))
}

/// `--alpha 1` for the word `--alpha=1` at `index`, unless the value begins like a flag.
pub(super) fn separated(line: CommandLine, index: usize) -> CommandLine {
    match line.words().get(index).and_then(|word| word.to_str()?.split_once('=')) {
        Some((flag, value)) if !value.starts_with('-') => line.spliced(index..index + 1, [flag, value]),
        _ => line,
    }
}
