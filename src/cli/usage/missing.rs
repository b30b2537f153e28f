//! Arguments that a command cannot do without.

use std::ffi::OsString;
use std::path::Path;

use clap::error::{ContextKind, ErrorKind};

use super::examples::example;
use super::grammar::{Grammar, Place, arity};
use super::mistake::{Mistake, about, texts};
use crate::cli::command_line::{Arity, CommandLine};
use crate::inputs::has_picture_ending;
use crate::words::and_list;

/// `mnet classify`, `mnet classify --only tabby photo.jpg`, `mnet classify photos --glob '*.jpg'`.
pub(super) fn missing(error: &clap::Error, line: &CommandLine, grammar: &Grammar) -> Mistake {
    let place = grammar.place(line, usize::MAX);
    let lacking = about(error, ContextKind::InvalidArg);
    let otherwise = format!("{} --help", place.name);
    // A group of arguments is shown as `<PATH|--files-from <FILE>>`.
    let is_pictures = lacking.iter().any(|name| name.starts_with("<PATH"));
    if is_pictures && let Some((message, meant)) = taken(line, &place) {
        return Mistake { message, meant: vec![meant], otherwise };
    }
    let bare = |name: &String| {
        name.trim_matches(['<', '>', '[', ']', '.']).split('|').next().unwrap_or_default().to_owned()
    };
    let words = lacking.iter().map(bare).flat_map(|name| {
        let arg = place.argument(&name);
        let value = arg.filter(|arg| arity(arg) != Arity::Zero).and_then(|arg| example(arg, &place.name));
        Some(name).filter(|name| name.starts_with("--")).into_iter().chain(value)
    });
    let words: Vec<_> = words.collect();
    let first = line.spliced(place.end..place.end, &words);
    let last = line.with(&words.iter().map(String::as_str).collect::<Vec<_>>());
    // Pictures before flags, a folder after what it is for.
    let is_first = is_pictures || lacking.iter().any(|name| name.starts_with("--"));
    let meant = if is_first { vec![first, last] } else { vec![last, first] };
    // clap writes a choice of flags as `<--near <PHOTO>|--duplicates <SIM>>`.
    let choice = |text: String| {
        let flags =
            text.split('|').map(|one| one.trim_matches('<').split(' ').next().unwrap_or_default().to_owned());
        text.contains("|--").then(|| flags.collect::<Vec<_>>().join(" or "))
    };
    let texts = texts(error, ContextKind::InvalidArg);
    let shown: Vec<_> = texts
        .into_iter()
        .zip(&lacking)
        .map(|(text, name)| choice(text).unwrap_or_else(|| bare(name)))
        .collect();
    let message = if is_pictures {
        "no pictures: expected paths, folders with -r, --files-from LIST, or - for a picture on stdin"
            .to_owned()
    } else {
        match needing(line, grammar, &place, &lacking) {
            flags if flags.is_empty() => {
                format!("`{}` needs {}", place.name, and_list(&shown))
            }
            flags => format!(
                "{} only work{} with {}",
                and_list(&flags),
                if flags.len() == 1 { "s" } else { "" },
                and_list(&shown)
            ),
        }
    };
    Mistake { message, meant, otherwise }
}

/// The pictures that a flag took for its value, and the command in which it does not.
fn taken(line: &CommandLine, place: &Place) -> Option<(String, CommandLine)> {
    let many = place.flags().filter(|(arg, _)| arity(arg) == Arity::Many);
    let many: Vec<_> = many.flat_map(|(_, names)| names).collect();
    let many: Vec<_> = many.iter().map(String::as_str).collect();
    if let Some((paths, moved)) = line.with_paths_first(&many, place.end) {
        let of_classes = ["--class", "--only", "--not"];
        let message = if many.contains(&"--class") {
            taken_by(&paths, "--class takes")
        } else if line.has(&["--keep"]) && !line.has(&of_classes) {
            taken_as(&paths, ["a column", "columns"], "--keep takes")
        } else {
            taken_as_classes(&paths)
        };
        return Some((message, moved));
    }
    place.flags().find_map(|(arg, names)| {
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let value = line.value(&names).filter(|_| arity(arg) == Arity::One)?;
        let path = Path::new(&value);
        has_picture_ending(path).then_some(())?;
        let moved = line.without(&names, Arity::One)?.spliced(place.end..place.end, [&value]);
        Some((format!("`{value}` was taken as the value of {}", names[0]), moved))
    })
}

/// What happened to paths after `--only`.
pub(in crate::cli) fn taken_as_classes(paths: &[OsString]) -> String {
    taken_by(paths, "--only and --not take")
}

/// The message about paths after flags that take classes; `flags_take` is such as `--class takes`.
pub(in crate::cli) fn taken_by(paths: &[OsString], flags_take: &str) -> String {
    taken_as(paths, ["a class", "classes"], flags_take)
}

fn taken_as(paths: &[OsString], [one, several]: [&str; 2], flags_take: &str) -> String {
    let listed = and_list(paths.iter().map(|path| format!("`{}`", path.display())).take(MOST_LISTED));
    let (more, were) = match paths.len() {
        1 => (String::new(), format!("was taken as {one}")),
        count if count > MOST_LISTED => {
            (format!(" and {} more", count - MOST_LISTED), format!("were taken as {several}"))
        }
        _ => (String::new(), format!("were taken as {several}")),
    };
    format!("{listed}{more} {were}: {flags_take} all words up to the next flag")
}

/// The most paths that a message lists.
const MOST_LISTED: usize = 3;

/// The flags in `line` that need those which are `lacking`: alone, they lack the same.
fn needing(line: &CommandLine, grammar: &Grammar, place: &Place, lacking: &[String]) -> Vec<String> {
    let given = place.flags().filter_map(|(arg, names)| {
        let typed = names.iter().find(|name| line.has(&[name]))?.clone();
        Some((arg, typed))
    });
    let lacks = |arg: &clap::Arg, name: &String| {
        let value =
            Some(arg).filter(|arg| arity(arg) != Arity::Zero).and_then(|arg| example(arg, &place.name));
        let command = place.name.split(' ').skip(1).map(str::to_owned);
        let path = place.command.get_positionals().next().map(|_| "photo.jpg".to_owned());
        let alone = CommandLine::new(command.chain(path).chain([name.clone()]).chain(value));
        grammar.parse(&alone).err().is_some_and(|error| {
            error.kind() == ErrorKind::MissingRequiredArgument
                && about(&error, ContextKind::InvalidArg) == lacking
        })
    };
    given.filter(|(arg, name)| lacks(arg, name)).map(|(_, name)| name).collect()
}
