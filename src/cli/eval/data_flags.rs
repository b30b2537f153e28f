//! Which pictures, with which labels.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::ValueEnum;

use super::read::read;
use super::task::{Reading, Unknown};
use crate::cli::console::Console;
use crate::cli::terminal;
use crate::cli::values::BadValue;
use crate::inputs::labelled::{Columns, Labelled};
use crate::predict::{TruthKind, TruthOptions};

/// Labelled pictures.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Data")]
pub(super) struct DataFlags {
    /// A folder of class folders, or a file of paths and labels
    ///
    /// A folder has one folder for each class, named after it. A file is a table with a column of paths and one of labels (CSV, or
    /// separated by tabs), or a list with a path, a space and a label per line, as ImageNet's val.txt; `-` is such a file on stdin.
    #[arg(value_name = "DATA", help_heading = None)]
    data: PathBuf,
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

impl DataFlags {
    /// The pictures and their labels, with notes on what was left out.
    pub(super) fn read(&self, console: &Console) -> Result<Labelled> {
        if self.data.as_os_str() == "-" && terminal::stdin_is_typed() {
            console.note("waiting for paths and labels, one of each per line, on stdin; Ctrl-C ends it");
        }
        let data = read(&self.data, self.root.as_deref(), self.columns.as_ref(), console)?;
        let in_vain = [("--root", self.root.is_some()), ("--columns", self.columns.is_some())];
        for (flag, _) in in_vain.into_iter().filter(|(_, is_given)| *is_given && data.are_folders) {
            let path = self.data.display();
            console.note(format_args!("{flag} changes nothing here: {path} is a folder, not a list"));
        }
        Ok(data)
    }

    /// How the labels of `data` are to be read.
    pub(super) fn reading(&self, data: &Labelled) -> Reading<'_> {
        let kind = self.truth.map(|kind| match kind {
            Kind::Index => TruthKind::Index,
            Kind::Wnid => TruthKind::Wnid,
            Kind::Name => TruthKind::Name,
            Kind::Sorted => TruthKind::Sorted,
        });
        let truth = TruthOptions { kind, first_index: self.first_index, are_folders: data.are_folders };
        Reading { path: &self.data, truth, unknown: self.unknown }
    }

    /// The folder or file.
    pub(super) fn path(&self) -> &Path {
        &self.data
    }
}
