//! How labelled pictures are read.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::ValueEnum;

use super::read::{read, read_members};
use super::task::{Reading, Unknown};
use crate::cli::command_line::{Arity, CommandLine};
use crate::cli::console::{Console, Failure};
use crate::cli::hint::instead_of_several;
use crate::cli::terminal;
use crate::cli::values::BadValue;
use crate::inputs::labelled::{
    Columns, Fault, Labelled, LabelledError, MemberColumns, holds_pictures, missing_ending,
};
use crate::predict::{TruthKind, TruthOptions};

/// How labelled pictures are read. They are in `data`, an argument of the command.
#[derive(Debug, clap::Args)]
#[group(requires = "data")]
pub(in crate::cli) struct LabelFlags {
    /// Folder that relative paths of a table or list start from
    ///
    /// By default the working directory.
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
    /// Names of the columns of paths and labels
    ///
    /// For a table whose header has other words than `path` and `label`, `file` and `class` and the like.
    #[arg(long, value_name = "PATH,LABEL", value_parser = columns, hide_short_help = true)]
    columns: Option<Columns>,
    /// The column that has the labels, in a tar, zip or Parquet file
    ///
    /// In Parquet the name of a column; in a tar or zip the ending of a file beside each picture, such as cls, or a field of the JSON
    /// beside it. By default the only one of label, labels, cls, class and fine_label that there is, else the folders of the pictures.
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    label_column: Option<String>,
    /// The column that has the pictures, in a Parquet file
    ///
    /// By default the only one that holds pictures.
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    image_column: Option<String>,
    /// What the labels are
    ///
    /// By default, what all of them are. If two readings fit and differ, mnet asks for this flag.
    #[arg(long, value_name = "KIND", value_enum, hide_short_help = true)]
    truth: Option<Kind>,
    /// Index of the first class in the data
    ///
    /// 1 for labels that count from 1, as those for networks with a background class.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = first_index, hide_short_help = true)]
    first_index: usize,
    /// What to do with labels that the model lacks
    #[arg(long, value_name = "WHAT", value_enum, default_value_t, hide_short_help = true)]
    unknown: Unknown,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    /// Indices, as in answers: from 0, without a background
    Index,
    /// WordNet ids
    Wnid,
    /// Names
    Name,
    /// Any words: classes in alphabetical order, as in torchvision's ImageFolder
    Sorted,
}

fn columns(word: &str) -> Result<Columns, BadValue> {
    let (path, label) = word.split_once(',').unwrap_or_default();
    let [path, label] = [path, label].map(|name| name.trim().to_owned());
    if path.is_empty() || label.is_empty() {
        return Err(BadValue::new("two names of columns, of paths and of labels", "path,label"));
    }
    Ok(Columns { path, label })
}

fn first_index(word: &str) -> Result<usize, BadValue> {
    let index = word.parse().ok().filter(|index| *index <= 1);
    index.ok_or_else(|| BadValue::new("0 or 1", 1))
}

impl LabelFlags {
    /// The pictures of `data` and their labels, with notes on what was left out.
    pub(super) fn read(&self, data: &[PathBuf], console: &Console) -> Result<Labelled> {
        let path = first(data);
        if data.iter().all(|path| holds_pictures(path)) {
            return self.read_members(data, console);
        }
        if let [_, second, ..] = data {
            let mut others = data.iter().filter(|path| !holds_pictures(path));
            let first = others.clone().next().unwrap_or(second);
            // Those whose names alone are wrong come last.
            let other = others.find(|path| missing_ending(path).is_none()).unwrap_or(first);
            let message = match missing_ending(other) {
                Some(ending) => {
                    LabelledError { path: other.clone(), fault: Fault::Unnamed { ending } }.to_string()
                }
                None => format!("{}: only tar, zip and Parquet files can be several", other.display()),
            };
            let hint = instead_of_several(&CommandLine::of_process(), data, other);
            return Err(Failure::error(message, Some(hint)));
        }
        let in_vain = [("--label-column", &self.label_column), ("--image-column", &self.image_column)];
        for (flag, _) in in_vain.into_iter().filter(|(_, name)| name.is_some()) {
            let path = path.display();
            console.note(format_args!("{flag} changes nothing here: {path} is no tar, zip or Parquet file"));
        }
        if path.as_os_str() == "-" && terminal::stdin_is_typed() {
            console.note("waiting for paths and labels, one of each per line, on stdin; Ctrl-C ends it");
        }
        let data = read(path, self.root.as_deref(), self.columns.as_ref(), console)?;
        let in_vain = [("--root", self.root.is_some()), ("--columns", self.columns.is_some())];
        for (flag, _) in in_vain.into_iter().filter(|(_, is_given)| *is_given && data.are_folders) {
            let path = path.display();
            console.note(format_args!("{flag} changes nothing here: {path} is a folder, not a list"));
        }
        Ok(data)
    }

    /// The members of files that hold many pictures.
    fn read_members(&self, data: &[PathBuf], console: &Console) -> Result<Labelled> {
        if let Some(Columns { path, label }) = &self.columns {
            let message = "--columns names the columns of a table of paths, and these are files of pictures";
            let line = CommandLine::of_process().without(&["--columns"], Arity::One);
            let flags = ["--image-column", path, "--label-column", label];
            let is_table =
                first(data).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("parquet"));
            let named = line.map(|line| line.with(if is_table { &flags } else { &flags[2..] }));
            return Err(Failure::error(message, named.and_then(|line| line.shown())));
        }
        if self.root.is_some() {
            console.note("--root changes nothing here: the pictures lie in the files themselves");
        }
        let columns = MemberColumns { image: self.image_column.clone(), label: self.label_column.clone() };
        read_members(data, &columns, console)
    }

    /// How the labels of `data` at `path` are to be read.
    pub(super) fn reading<'a>(&self, path: &'a Path, data: &Labelled) -> Reading<'a> {
        let kind = self.truth.map(|kind| match kind {
            Kind::Index => TruthKind::Index,
            Kind::Wnid => TruthKind::Wnid,
            Kind::Name => TruthKind::Name,
            Kind::Sorted => TruthKind::Sorted,
        });
        let truth = TruthOptions { kind, first_index: self.first_index, are_folders: data.are_folders };
        Reading { path, truth, unknown: self.unknown }
    }
}

/// The folder or file, the first of several.
pub(super) fn first(data: &[PathBuf]) -> &Path {
    data.first().map_or(Path::new(""), PathBuf::as_path)
}
