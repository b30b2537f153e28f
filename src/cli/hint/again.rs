//! The command that was typed, with what an error is about put right. Where that is not possible, the caller has an example.

use std::path::{Path, PathBuf};

use super::free_name::is_free;
use super::near::near_path;
use super::quoted;
use crate::cli::command_line::{Arity, CommandLine};

const MODEL: [&str; 2] = ["--model", "-m"];
const ALPHA: [&str; 1] = ["--alpha"];
const RESOLUTION: [&str; 1] = ["--res"];
/// The name of the model that runs without --model.
const BUILT_IN: &str = "builtin";

/// With another model than `model`, after --model or as an argument of `mnet models`.
pub(super) fn with_model(model: &str, instead: &str) -> Option<String> {
    let line = CommandLine::of_process();
    let argument = || line.position(model).map(|at| line.spliced(at..at + 1, [instead]));
    line.with_value(&MODEL, model, &[instead]).or_else(argument)?.shown()
}

/// With a model and a width multiplier, if they are given.
pub(super) fn with_alpha(model: Option<&str>, alpha: Option<f64>) -> Option<String> {
    let line = CommandLine::of_process();
    let commands = ["classify", "embed", "bench", "inspect"].into_iter();
    let typed = commands.filter_map(|command| Some((line.position(command)?, command)));
    if let (_, "inspect") = typed.min()? {
        // The model is no flag there.
        let model = model.map(|model| format!(" {}", quoted(model))).unwrap_or_default();
        return Some(format!("mnet inspect{model} --alpha {:?}", alpha?));
    }
    let line = set(&line, &MODEL, model)?;
    set(&line, &ALPHA, alpha.map(|alpha| format!("{alpha:?}")).as_deref())?.shown()
}

/// With random weights, for `mnet bench`.
pub(super) fn with_random_weights() -> Option<String> {
    let line = CommandLine::of_process();
    line.position("bench").and_then(|_| line.with(&["--random-weights"]).shown())
}

/// Without --alpha, which needs weights from the hub unless a model is named. `None` if that is not how it is.
pub(super) fn without_alpha() -> Option<String> {
    let line = CommandLine::of_process();
    let is_picture_command = ["classify", "embed"].iter().any(|command| line.position(command).is_some());
    let is_alone = is_picture_command && !line.has(&MODEL);
    line.without(&ALPHA, Arity::One).filter(|_| is_alone)?.shown()
}

/// What fetches a repository from the hub, and into the cache, that were given.
pub(super) fn pull(id: impl std::fmt::Display) -> String {
    let line = CommandLine::of_process();
    let given =
        ["--endpoint", "--cache-dir"].into_iter().filter_map(|flag| Some((flag, line.value(&[flag])?)));
    given.fold(format!("mnet models pull {id}"), |command, (flag, value)| {
        format!("{command} {flag} {}", quoted(value))
    })
}

/// Without --alpha, for a model that has only one.
pub(super) fn of_one_alpha() -> Option<String> {
    CommandLine::of_process().without(&ALPHA, Arity::One)?.shown()
}

/// With another device than the one that was given.
pub(super) fn with_device(instead: &str) -> Option<String> {
    let line = CommandLine::of_process();
    line.with_value(&["--device"], &line.value(&["--device"])?, &[instead])?.shown()
}

/// With a file that exists in place of `path`, the value of `flag`, or without the flag.
pub(in crate::cli) fn with_file(flag: &str, path: &Path) -> Option<String> {
    with_near_file(flag, path).or_else(|| CommandLine::of_process().without(&[flag], Arity::One)?.shown())
}

/// With a file that exists in place of `path`, the value of `flag`.
pub(in crate::cli) fn with_near_file(flag: &str, path: &Path) -> Option<String> {
    let near = near_path(path).filter(|near| Path::new(near).is_file())?;
    CommandLine::of_process().with_value(&[flag], path.to_str()?, &[&near])?.shown()
}

/// With the model of this name.
pub(super) fn by_model(name: &str) -> Option<String> {
    let line = CommandLine::of_process();
    let line = line.without(&ALPHA, Arity::One).unwrap_or(line);
    if name == BUILT_IN { line.without(&MODEL, Arity::One)? } else { set(&line, &MODEL, Some(name))? }.shown()
}

/// With another resolution.
pub(super) fn at_resolution(resolution: usize) -> Option<String> {
    set(&CommandLine::of_process(), &RESOLUTION, Some(&resolution.to_string()))?.shown()
}

/// What writes a temperature of the model that was given to the file at `path`.
pub(super) fn calibrating(path: &Path) -> String {
    let line = CommandLine::of_process();
    let flags = [&MODEL[..], &ALPHA, &RESOLUTION].into_iter();
    let given = flags.filter_map(|names| Some((names[0], line.value(names)?)));
    let start = "mnet eval DIRECTORY".to_owned();
    let command = given.fold(start, |command, (flag, value)| format!("{command} {flag} {}", quoted(value)));
    format!("{command} --calibrate {}", quoted(path))
}

/// Without a flag that takes one value.
pub(super) fn without(flag: &str) -> Option<String> {
    CommandLine::of_process().without(&[flag], Arity::One)?.shown()
}

/// With another file that answers are appended to: `labels-2.jsonl` for `labels.jsonl`.
pub(super) fn with_another_output() -> Option<String> {
    let line = CommandLine::of_process();
    let file = line.value(&["--resume"])?;
    line.with_value(&["--resume"], &file, &[free(Path::new(&file))?.to_str()?])?.shown()
}

/// A free name like `path`: `labels-2.jsonl`.
fn free(path: &Path) -> Option<PathBuf> {
    let ending = path.extension().map(|ending| format!(".{}", ending.display())).unwrap_or_default();
    let stem = path.file_stem()?.display();
    let mut names = (2..100).map(|number| path.with_file_name(format!("{stem}-{number}{ending}")));
    names.find(|path| is_free(path))
}

/// A free name for a file of JSON like `path`.
pub(in crate::cli) fn free_json(path: &Path) -> PathBuf {
    let json = path.with_extension("json");
    if is_free(&json) { json } else { free(&json).unwrap_or(json) }
}

/// The value of a flag, or the flag with it. A list has more than one value to keep.
pub(super) fn set(line: &CommandLine, names: &[&str], value: Option<&str>) -> Option<CommandLine> {
    match (line.value(names), value) {
        (_, None) => Some(line.clone()),
        (None, Some(value)) => Some(line.with(&[names[0], value])),
        (Some(old), Some(value)) if !old.contains(',') => line.with_value(names, &old, &[value]),
        (Some(_), Some(_)) => None,
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    #[test]
    fn a_link_that_leads_nowhere_is_no_free_name() {
        let link = std::env::temp_dir().join(format!("mnet-again-{}.json", std::process::id()));
        std::os::unix::fs::symlink("no/such/file", &link).unwrap();
        let other = link.with_file_name(format!("mnet-again-{}-2.json", std::process::id()));
        assert_eq!(free_json(&link.with_extension("txt")), other);
        std::os::unix::fs::symlink("no/such/file", &other).unwrap();
        assert!(free(&link).unwrap().ends_with(format!("mnet-again-{}-3.json", std::process::id())));
        for path in [link, other] {
            std::fs::remove_file(path).unwrap();
        }
    }
}
