//! Which pictures, with which labels.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::label_flags::{LabelFlags, first};
use super::task::Reading;
use crate::cli::console::Console;
use crate::inputs::labelled::Labelled;

/// Labelled pictures.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Data")]
pub(super) struct DataFlags {
    /// A folder of class folders, or a file of paths and labels
    ///
    /// A folder has one folder for each class, named after it. A file is a table with a column of paths and one of labels (CSV, or
    /// separated by tabs), or a list with a path, a space and a label per line, as ImageNet's val.txt; `-` is such a file on stdin. Tar,
    /// zip and Parquet files hold pictures with their labels; these may be several.
    #[arg(value_name = "DATA", help_heading = None, required = true)]
    data: Vec<PathBuf>,
    #[command(flatten)]
    labels: LabelFlags,
}

impl DataFlags {
    /// The pictures and their labels, with notes on what was left out.
    pub(super) fn read(&self, console: &Console) -> Result<Labelled> {
        self.labels.read(&self.data, console)
    }

    /// How the labels of `data` are to be read.
    pub(super) fn reading(&self, data: &Labelled) -> Reading<'_> {
        self.labels.reading(self.path(), data)
    }

    /// The folder or file, the first of several.
    pub(super) fn path(&self) -> &Path {
        first(&self.data)
    }

    /// All files of data.
    pub(super) fn paths(&self) -> &[PathBuf] {
        &self.data
    }
}
