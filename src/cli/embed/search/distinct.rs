//! Recognizes files that are named twice, so that no file counts as its own duplicate.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// The files that were seen so far, under any of their names.
#[derive(Debug, Default)]
pub(super) struct Distinct {
    files: HashSet<PathBuf>,
    /// How many names led to a file that was seen before.
    pub(super) repeated: usize,
}

impl Distinct {
    /// Whether the file at `path` was not seen before. A file that does not exist is identified by its name.
    pub(super) fn is_new(&mut self, path: &Path) -> bool {
        let file = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let is_new = self.files.insert(file);
        self.repeated += usize::from(!is_new);
        is_new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_met_once_by_all_its_names() {
        let mut met = Distinct::default();
        let names = ["Cargo.toml", "./src/../Cargo.toml", "gone.jpg", "src/lib.rs", "gone.jpg"];
        assert_eq!(names.map(|name| met.is_new(Path::new(name))), [true, false, true, true, false]);
        assert_eq!(met.repeated, 2);
    }
}
