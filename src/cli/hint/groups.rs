//! Hints for groups that are unknown or do not fit.

use std::ffi::OsString;

use super::{Hint, again};
use crate::cli::command_line::{Arity, CommandLine};
use crate::predict::{GroupFault, GroupFileError, NotOfLevel};

impl Hint for GroupFileError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Io { path, .. } => again::with_near_file("--groups", path).or_else(without_groups),
            Self::Fault { path, fault } => {
                let path = path.display();
                Some(match &**fault {
                    GroupFault::Unknown { label, similar, .. } if !similar.is_empty() => {
                        format!("\"{}\" in {path} in place of \"{label}\"", similar[0])
                    }
                    GroupFault::Form(_) | GroupFault::NoGroups | GroupFault::Value { .. } => {
                        format!(
                            "{{\"pets\": [\"@dog\", \"tabby\"]}} in {path}: names, each with a list of classes"
                        )
                    }
                    _ => format!("correct {path}, and the same command"),
                })
            }
        }
    }
}

/// The command without the file of groups, and without the groups that may be defined in it.
fn without_groups() -> Option<String> {
    let line = CommandLine::of_process().without(&["--groups"], Arity::One)?;
    let without = |line: CommandLine, flag: &str| {
        let values = line.words().iter().position(|word| word == flag).map(|at| line.values_after(at));
        let names_group = values.is_some_and(|values| {
            line.words()[values].iter().any(|word| word.as_encoded_bytes().starts_with(b"@"))
        });
        let rest = names_group.then(|| line.without(&[flag], Arity::Many)).flatten();
        rest.unwrap_or(line)
    };
    let line = ["--only", "--not", "--class"].into_iter().fold(line, without);
    let is_group = |word: &OsString| word.as_encoded_bytes().starts_with(b"@");
    if line.position("labels").is_none() {
        return line.shown();
    }
    // What is searched for.
    CommandLine::new(line.words().iter().filter(|word| !is_group(word))).shown()
}

impl Hint for NotOfLevel {
    fn hint(&self) -> Option<String> {
        again::without("--level")
    }
}
