//! The first mistake in a command line, by the kind of clap's error.

use clap::error::{ContextKind, ErrorKind};

use super::grammar::{Grammar, arity, names};
use super::mistake::{Mistake, about};
use super::{commands, dashes, flags, missing, negative, refused};
use crate::cli::command_line::CommandLine;
use crate::words::and_list;

/// The first mistake in `line`. A command that lacks its subcommand has none: its help says which there are.
pub(super) fn mistake(line: &CommandLine, grammar: &Grammar) -> Option<Mistake> {
    if let Some(mistake) = dashes::wrong(line, grammar) {
        return Some(mistake);
    }
    let error = grammar.parse(line).err()?;
    let is_half = error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
    (error.use_stderr() && !is_half).then(|| of(&error, line, grammar))
}

fn of(error: &clap::Error, line: &CommandLine, grammar: &Grammar) -> Mistake {
    let is_of_flag = matches!(error.kind(), ErrorKind::UnknownArgument | ErrorKind::InvalidValue);
    if let Some((index, joined)) = negative::joined(line, grammar).filter(|_| is_of_flag)
        && let Some(found) = mistake(&joined, grammar)
    {
        let meant = found.meant.into_iter().map(|line| negative::separated(line, index));
        return Mistake { meant: meant.collect(), ..found };
    }
    match error.kind() {
        ErrorKind::InvalidSubcommand => commands::unknown(error, line, grammar),
        ErrorKind::UnknownArgument => flags::unknown(error, line, grammar),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => refused::refused(error, line, grammar),
        ErrorKind::MissingRequiredArgument => missing::missing(error, line, grammar),
        ErrorKind::ArgumentConflict => conflict(error, line, grammar),
        ErrorKind::TooManyValues => no_value(error, line, grammar),
        _ => other(error, line, grammar),
    }
}

/// Two flags that say different things: one of them has to go.
fn conflict(error: &clap::Error, line: &CommandLine, grammar: &Grammar) -> Mistake {
    let place = grammar.place(line, usize::MAX);
    let flags = [about(error, ContextKind::InvalidArg), about(error, ContextKind::PriorArg)].concat();
    let without = |flag: &String| {
        let arg = place.argument(flag)?;
        let names = names(arg);
        line.without(&names.iter().map(String::as_str).collect::<Vec<_>>(), arity(arg))
    };
    let mut meant: Vec<_> = flags.iter().filter_map(without).collect();
    // `--embeddings FILE --shard 0/2`: without the first, pictures would be missing.
    meant.sort_by_key(|line| mistake(line, grammar).is_some());
    let named = flags.iter().map(|flag| if flag.is_empty() { "PATH" } else { flag });
    Mistake {
        message: format!("{} cannot be used together", and_list(named)),
        meant,
        otherwise: format!("{} --help", place.name),
    }
}

/// `--json=1`.
fn no_value(error: &clap::Error, line: &CommandLine, grammar: &Grammar) -> Mistake {
    let place = grammar.place(line, usize::MAX);
    let flag = about(error, ContextKind::InvalidArg).concat();
    let given = line.flags_and_words().find(|(_, word)| word.split('=').next() == Some(flag.as_str()));
    Mistake {
        message: format!("{flag} takes no value"),
        meant: given.map(|(index, _)| line.spliced(index..index + 1, [&flag])).into_iter().collect(),
        otherwise: format!("{} --help", place.name),
    }
}

fn other(error: &clap::Error, line: &CommandLine, grammar: &Grammar) -> Mistake {
    let not_text = line.words().iter().find(|word| word.to_str().is_none());
    let message = match not_text.filter(|_| error.kind() == ErrorKind::InvalidUtf8) {
        Some(word) => format!("{} is not UTF-8", word.display()),
        None => error.to_string().lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned(),
    };
    let otherwise = format!("{} --help", grammar.place(line, usize::MAX).name);
    Mistake { message, meant: vec![], otherwise }
}
