//! The files that a run itself writes. They are not inputs, even in a directory that is searched.

use std::path::{Path, PathBuf};

use super::beside::beside;
use super::destination::Destination;
use super::output::Output;
use super::same_file::are_same;

/// The output file, and the temporary file that it is until it is complete.
pub(in crate::cli) struct OwnFiles(Vec<PathBuf>);

impl OwnFiles {
    pub(in crate::cli) fn new(to: &Destination, output: &Output) -> Self {
        let named = to.resume().or_else(|| to.file());
        let own: Vec<_> = named.into_iter().chain(output.unfinished()).map(Path::to_owned).collect();
        let others = own.iter().filter(|_| to.format.has_files_beside()).flat_map(|path| beside(path));
        Self(others.collect::<Vec<_>>().into_iter().chain(own).collect())
    }

    /// Whether the input at `path` is one of these files. For most inputs, comparing the names is enough.
    pub(in crate::cli) fn include(&self, path: &Path) -> bool {
        self.0.iter().any(|own| own.file_name() == path.file_name() && are_same(own, path))
    }
}
