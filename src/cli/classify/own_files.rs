//! The files that a run itself writes: in a directory that is searched they are no inputs.

use std::path::{Path, PathBuf};

use super::output::Output;
use super::output_flags::OutputFlags;
use super::same_file::are_same;

/// The output, and the file that it is until it is complete.
pub(super) struct OwnFiles(Vec<PathBuf>);

impl OwnFiles {
    pub(super) fn new(flags: &OutputFlags, output: &Output) -> Self {
        let named = flags.resume().or_else(|| flags.file());
        Self(named.into_iter().chain(output.unfinished()).map(Path::to_owned).collect())
    }

    /// Whether the input at `path` is one of them. Most names tell that it is not.
    pub(super) fn include(&self, path: &Path) -> bool {
        self.0.iter().any(|own| own.file_name() == path.file_name() && are_same(own, path))
    }
}
