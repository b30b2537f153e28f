//! The files beside an npy output. Their names are that of the output with an ending, and they are renamed with it.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::sink::NPY_BESIDE;

/// Files beside an unfinished one. Dropping this removes them, unless they were [committed](Self::commit) or
/// [kept](Self::keep).
pub(in crate::cli) struct Beside {
    paths: [PathBuf; NPY_BESIDE.len()],
    files: [File; NPY_BESIDE.len()],
    is_draft: bool,
}

/// The names of the files beside the output at `path`.
pub(in crate::cli) fn beside(path: &Path) -> [PathBuf; NPY_BESIDE.len()] {
    NPY_BESIDE.map(|ending| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        name.into()
    })
}

impl Beside {
    /// Creates the files beside `unfinished`, which has a unique name.
    pub(super) fn create(unfinished: &Path) -> io::Result<Self> {
        let paths = beside(unfinished);
        let open = |path: &PathBuf| File::options().write(true).create_new(true).open(path);
        let files = [open(&paths[0])?, open(&paths[1])?];
        Ok(Self { paths, files, is_draft: true })
    }

    /// The open files.
    pub(super) fn files(&self) -> io::Result<[File; NPY_BESIDE.len()]> {
        Ok([self.files[0].try_clone()?, self.files[1].try_clone()?])
    }

    /// Moves the files beside `target`.
    pub(super) fn commit(&mut self, target: &Path) -> io::Result<()> {
        self.is_draft = false;
        for ((file, from), to) in self.files.iter().zip(&self.paths).zip(beside(target)) {
            // Some file systems do not support sync, and nothing can be done about that.
            let _ = file.sync_all();
            fs::rename(from, to)?;
        }
        Ok(())
    }

    /// Leaves the files where they are.
    pub(super) fn keep(&mut self) {
        self.is_draft = false;
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        if self.is_draft {
            for path in &self.paths {
                let _ = fs::remove_file(path);
            }
        }
    }
}
