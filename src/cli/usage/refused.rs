//! Values that a flag does not take, or lacks.

use std::ffi::OsStr;
use std::num::ParseIntError;
use std::path::Path;

use clap::error::{ContextKind, ErrorKind};

use super::examples::example;
use super::foreign::VALUES;
use super::grammar::{Grammar, names};
use super::mistake::{Mistake, about, texts};
use crate::cli::command_line::{CommandLine, looks_like_path};
use crate::cli::values::BadValue;
use crate::models::spelling::nearest;
use crate::terminal_text::printable;
use crate::words;

/// `--alpha 75`, `--format jsn`, `-k` at the end.
pub(super) fn refused(error: &clap::Error, line: &CommandLine, grammar: &Grammar) -> Mistake {
    let place = grammar.place(line, usize::MAX);
    let flag = about(error, ContextKind::InvalidArg).concat();
    let value = texts(error, ContextKind::InvalidValue).concat();
    let arg = place.argument(flag.trim_matches(['<', '>', '[', ']', '.']));
    let names = arg.map(names).unwrap_or_default();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let otherwise = format!("{} --help", place.name);
    let example = arg.and_then(|arg| example(arg, &place.name));
    if value.is_empty() && error.kind() == ErrorKind::InvalidValue && !flag.starts_with('-') {
        let message = "a path is empty: ''".to_owned();
        let otherwise = "the same with a path; a variable in it may not be set".to_owned();
        return Mistake { message, meant: vec![], otherwise };
    }
    if value.is_empty() && error.kind() == ErrorKind::InvalidValue {
        let example = example.iter();
        let meant = example.filter_map(|example| line.with_missing_value(&names, example)).collect();
        return Mistake { message: format!("no value after {flag}"), meant, otherwise };
    }
    let bad = std::error::Error::source(error).and_then(|source| source.downcast_ref::<BadValue>());
    let known = VALUES.iter().filter(|(of, values, _)| {
        *of == flag && values.iter().any(|known| known.eq_ignore_ascii_case(&value))
    });
    let known = known.map(|(.., instead)| (*instead).to_owned());
    let similar = nearest(&value, texts(error, ContextKind::ValidValue)).into_iter();
    let similar = similar.chain(texts(error, ContextKind::SuggestedValue));
    let instead: Vec<_> =
        known.chain(similar).chain(bad.map(|bad| bad.instead.clone())).chain(example).collect();
    // A picture after a flag that lacks its value.
    let is_named = value.contains(char::is_alphabetic) && looks_like_path(OsStr::new(&value));
    let is_path = is_named || Path::new(&value).is_file();
    let kept = instead.iter().filter(|_| is_path).map(|instead| vec![instead.as_str(), &value]);
    let meant = kept.chain(instead.iter().map(|instead| vec![instead.as_str()])).filter_map(|words| {
        if names.is_empty() {
            let at = line.position(&value)?;
            return Some(line.spliced(at..at + 1, words));
        }
        line.with_value(&names, &value, &words)
    });
    let meant = meant.collect();
    let given = names.iter().copied().find(|name| line.has(&[name])).map(|name| format!("{name} "));
    let subject = format!("{}{}", given.unwrap_or_default(), shown(&value));
    Mistake { message: format!("{subject}: {}", expected(error, bad)), meant, otherwise }
}

/// A value in a message.
fn shown(value: &str) -> String {
    if value.is_empty() { "''".to_owned() } else { printable(value) }
}

/// What a flag takes.
fn expected(error: &clap::Error, bad: Option<&BadValue>) -> String {
    let values = texts(error, ContextKind::ValidValue);
    let source = std::error::Error::source(error);
    match (bad, source) {
        (Some(bad), _) => bad.to_string(),
        (_, Some(source)) if source.is::<ParseIntError>() => "expected a whole number from 0".to_owned(),
        // Some parsers name the value once more.
        (_, Some(source)) if values.is_empty() => {
            let text = source.to_string();
            text.split_once(": ").map_or(text.clone(), |(_, expected)| expected.to_owned())
        }
        _ => format!("expected {}", words::list("or", values)),
    }
}
