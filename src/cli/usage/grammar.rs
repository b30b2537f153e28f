//! What can be typed: commands, their flags, and whether a command line parses.

use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command};

use crate::cli::command_line::{Arity, CommandLine};

/// The definition of all commands.
pub(super) struct Grammar {
    root: Command,
}

/// The command that is meant at a word of a command line.
pub(super) struct Place<'a> {
    pub(super) command: &'a Command,
    /// `mnet models list`
    pub(super) name: String,
    /// The index of the word after the command.
    pub(super) end: usize,
}

impl Grammar {
    pub(super) fn new(mut root: Command) -> Self {
        root.build();
        Self { root }
    }

    /// The command of the first `words` words of `line`.
    pub(super) fn place(&self, line: &CommandLine, words: usize) -> Place<'_> {
        let mut place = Place { command: &self.root, name: "mnet".to_owned(), end: 0 };
        for (index, word) in line.flags_and_words().take(words) {
            if let Some(command) = place.command.find_subcommand(&word) {
                place = Place { command, name: format!("{} {word}", place.name), end: index + 1 };
            }
        }
        place
    }

    /// The names of the commands.
    pub(super) fn commands(&self) -> impl Iterator<Item = &str> {
        self.root.get_subcommands().filter(|command| !command.is_hide_set()).map(Command::get_name)
    }

    pub(super) fn parse(&self, line: &CommandLine) -> Result<ArgMatches, clap::Error> {
        let words = ["mnet".into()].into_iter().chain(line.words().iter().cloned());
        self.root.clone().try_get_matches_from(words)
    }

    /// The same with `-r` if it labels a folder, which needs it.
    pub(super) fn recursive(&self, line: CommandLine) -> CommandLine {
        let Ok(matches) = self.parse(&line) else { return line };
        let Some(("classify", classify)) = matches.subcommand() else { return line };
        let mut paths = classify.get_many::<PathBuf>("paths").into_iter().flatten();
        let at = line.position("classify").map(|at| at + 1);
        match at.filter(|_| !classify.get_flag("recursive") && paths.any(|path| path.is_dir())) {
            Some(at) => line.spliced(at..at, ["-r"]),
            None => line,
        }
    }
}

impl Place<'_> {
    /// The argument with this long flag, or the positional one with this name of its value.
    pub(super) fn argument(&self, name: &str) -> Option<&Arg> {
        self.command.get_arguments().find(|arg| match name.strip_prefix("--") {
            Some(long) => arg.get_long() == Some(long),
            None => arg.is_positional() && value_name(arg) == name,
        })
    }

    /// All flags, with their names.
    pub(super) fn flags(&self) -> impl Iterator<Item = (&Arg, Vec<String>)> {
        self.command.get_arguments().filter(|arg| !arg.is_positional()).map(|arg| (arg, names(arg)))
    }
}

/// `--model` and `-m`.
pub(super) fn names(arg: &Arg) -> Vec<String> {
    let long = arg.get_long_and_visible_aliases().unwrap_or_default().into_iter();
    let short = arg.get_short_and_visible_aliases().unwrap_or_default().into_iter();
    long.map(|long| format!("--{long}")).chain(short.map(|short| format!("-{short}"))).collect()
}

/// `FILE` of `--output <FILE>`.
pub(super) fn value_name(arg: &Arg) -> String {
    let named = arg.get_value_names().and_then(|names| names.first());
    named.map_or_else(|| arg.get_id().as_str().to_uppercase(), ToString::to_string)
}

pub(super) fn arity(arg: &Arg) -> Arity {
    match arg.get_num_args().map(|range| range.max_values()) {
        _ if !arg.get_action().takes_values() => Arity::Zero,
        Some(2..) => Arity::Many,
        _ => Arity::One,
    }
}
