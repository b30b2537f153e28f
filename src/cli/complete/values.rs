//! The values of arguments that only the program knows: networks, classes, what is in the cache. Nothing here uses the network.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::Path;

use clap::{Arg, Command, ValueHint};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};

use super::line::Line;
use crate::cli::quantities::counted;
use crate::hub::{Environment, Hub, HubOptions};
use crate::models::{FAMILIES, catalogue};
use crate::predict::{AllGroups, GroupKind, Labels};

/// The tag of the candidate that stands for the files of the shell's own completion.
pub(super) const PATHS: &str = "paths";

/// A value, with a few words on it.
type Value = (String, String);

/// Where the values of an argument come from, in every command that has it or in one.
struct Row {
    arg: &'static str,
    command: Option<&'static str>,
    values: fn(&Line) -> Vec<Value>,
}

/// The first row that fits counts.
const ROWS: &[Row] = &[
    Row { arg: "models", command: Some("rm"), values: cached },
    Row { arg: "models", command: Some("verify"), values: cached },
    Row { arg: "models", command: None, values: models },
    Row { arg: "model", command: Some("bench"), values: networks },
    Row { arg: "model", command: Some("inspect"), values: networks },
    Row { arg: "model", command: None, values: models },
    Row { arg: "family", command: None, values: |_| families() },
    Row { arg: "alpha", command: None, values: |_| alphas() },
    Row { arg: "res", command: None, values: |_| resolutions() },
    Row { arg: "device", command: None, values: |_| devices() },
    Row { arg: "interpolation", command: None, values: |_| filters() },
    Row { arg: "only", command: None, values: labels },
    Row { arg: "not", command: None, values: labels },
    Row { arg: "class", command: Some("explain"), values: labels },
    Row { arg: "patterns", command: Some("labels"), values: labels },
];

/// The definition of the command line, with values for its arguments.
pub(super) fn offered(command: Command, line: &Line) -> Command {
    let name = command.get_name().to_owned();
    let with_values = command.mut_args(|arg| with_values(arg, &name, line));
    with_values.mut_subcommands(|inner| offered(inner, line))
}

fn with_values(arg: Arg, command: &str, line: &Line) -> Arg {
    let is_meant = |row: &&Row| row.arg == arg.get_id() && row.command.is_none_or(|name| name == command);
    let paths = match (arg.get_id().as_str(), arg.get_value_hint()) {
        ("cache_dir" | "folder", _) => Some("folders"),
        ("model", _) | (_, ValueHint::AnyPath) => Some("files"),
        _ => None,
    };
    let row = ROWS.iter().find(is_meant);
    if row.is_none() && paths.is_none() {
        return arg;
    }
    let values = row.map(|row| (row.values)(line)).unwrap_or_default();
    arg.add(ArgValueCompleter::new(move |typed: &OsStr| {
        let typed = typed.to_string_lossy();
        let fitting = values.iter().filter(|(value, _)| value.starts_with(&*typed));
        let named = fitting.map(|(value, about)| CompletionCandidate::new(value).help(Some(about.into())));
        let paths =
            paths.map(|kind| CompletionCandidate::new("").tag(Some(PATHS.into())).help(Some(kind.into())));
        named.chain(paths).collect()
    }))
}

/// What `--model` takes. Files are up to the shell.
fn models(line: &Line) -> Vec<Value> {
    let cached = cached(line);
    let rows = catalogue::checkpoints()
        .flat_map(|(family, row)| [row.name(), row.repository()].map(|name| (name, family.title.to_owned())));
    let is_new = |value: &Value| cached.iter().all(|(name, _)| *name != value.0);
    let names: BTreeSet<_> = families().into_iter().chain(rows).filter(is_new).collect();
    names.into_iter().chain(cached.clone()).collect()
}

/// What is measured or shown: networks without published weights too.
fn networks(line: &Line) -> Vec<Value> {
    let untrained = FAMILIES.iter().flat_map(|family| family.untrained);
    let untrained = untrained.map(|row| (row.name.to_owned(), row.title.to_owned()));
    models(line).into_iter().chain(untrained).collect()
}

/// Repositories in the cache.
fn cached(line: &Line) -> Vec<Value> {
    let folder = line.value_of("--cache-dir").map(Into::into);
    let Ok(options) = HubOptions::new(Environment::from_process(), folder) else { return vec![] };
    let names = Hub::new(options).repositories().into_iter();
    names.map(|name| (name.to_string(), "in the cache".to_owned())).collect()
}

fn families() -> Vec<Value> {
    let rows = catalogue::checkpoints();
    let names = rows.flat_map(|(family, row)| {
        [(family.name, family.title), (family.alias, family.title), (row.variant, family.title)]
    });
    let names: BTreeSet<_> = names.map(|(name, title)| (name.to_owned(), title.to_owned())).collect();
    names.into_iter().collect()
}

fn alphas() -> Vec<Value> {
    let alphas = catalogue::checkpoints().filter_map(|(_, row)| row.alpha);
    let names: BTreeSet<_> = alphas.map(|alpha| format!("{alpha:?}")).collect();
    names.into_iter().map(|name| (name, "width multiplier".to_owned())).collect()
}

fn resolutions() -> Vec<Value> {
    let sides: BTreeSet<_> = catalogue::checkpoints().map(|(_, row)| row.resolution).collect();
    sides.into_iter().map(|side| (side.to_string(), "px".to_owned())).collect()
}

fn devices() -> Vec<Value> {
    let built = [("cuda", cfg!(feature = "cuda")), ("metal", cfg!(feature = "metal"))];
    let built = built.into_iter().filter(|(_, is_built)| *is_built);
    let rows = [("auto", "the best that opens"), ("cpu", "the processor")].into_iter();
    let rows = rows.chain(built.map(|(name, _)| (name, "a GPU")));
    rows.map(|(name, about)| (name.to_owned(), about.to_owned())).collect()
}

fn filters() -> Vec<Value> {
    let names = ["nearest", "box", "bilinear", "hamming", "bicubic", "lanczos"];
    names.map(|name| (name.to_owned(), String::new())).to_vec()
}

/// The classes of ImageNet-1k: the whole label, which a shell also completes from its first name, and each further name alone.
/// If the word begins with `@`, the groups.
fn labels(line: &Line) -> Vec<Value> {
    let labels = Labels::imagenet(1000);
    if line.last().contains('@') {
        return groups(labels.as_ref(), line);
    }
    let classes = labels.iter().flat_map(Labels::classes);
    let names = classes.flat_map(|label| {
        let wnid = label.wnid.as_deref().unwrap_or_default().to_owned();
        let others = label.name.split(", ").skip(1).map(|name| (name.to_owned(), label.name.to_string()));
        [(label.name.to_string(), wnid)].into_iter().chain(others).collect::<Vec<_>>()
    });
    names.collect()
}

/// Groups, written as words that need no quotes: first those of the file of `--groups`, for any classes, then those of ImageNet-1k.
fn groups(labels: Option<&Labels>, line: &Line) -> Vec<Value> {
    let file = line.value_of("--groups").filter(|file| !file.is_empty());
    let own = file.map(|file| AllGroups::words_in(Path::new(file))).unwrap_or_default();
    let groups = labels.map(Labels::groups).unwrap_or_default();
    let several = groups.iter().filter(|named| named.kind != GroupKind::Class);
    let words = several.map(|named| (groups.word(named), counted(named.group.classes.len(), "class")));
    let others: BTreeSet<_> = words.filter(|(word, _)| !own.contains(word)).collect();
    let about = |word: &String| (word.clone(), format!("a group of {}", file.unwrap_or_default()));
    own.iter().map(about).chain(others).collect()
}
