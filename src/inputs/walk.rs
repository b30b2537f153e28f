//! The pictures in a directory and its subdirectories, sorted by name.

use std::path::{Path, PathBuf};

use super::collections::is_collection;
use super::input::Input;
use super::patterns::{Patterns, has_picture_ending};
use crate::record::ItemError;

/// How a directory is searched.
#[derive(Clone, Debug)]
pub struct WalkOptions {
    /// Which files.
    pub patterns: Patterns,
    /// Include hidden files and directories.
    pub hidden: bool,
    /// Follow symbolic links; links to a parent directory are skipped.
    pub follow: bool,
    /// Levels of directories: 1 is the directory's own files.
    pub max_depth: Option<usize>,
    /// The canonical path of a directory that is not searched, because the run writes to it.
    pub left_out: Option<PathBuf>,
}

/// A walk through one directory.
#[derive(Debug)]
pub struct Walk {
    root: PathBuf,
    entries: walkdir::IntoIter,
    options: WalkOptions,
}

impl Walk {
    pub(super) fn new(root: &Path, options: &WalkOptions) -> Self {
        let entries = walkdir::WalkDir::new(root)
            .follow_links(options.follow)
            .max_depth(options.max_depth.unwrap_or(usize::MAX))
            .sort_by_file_name()
            .into_iter();
        Self { root: root.to_owned(), entries, options: options.clone() }
    }

    fn is_excluded(&self, path: &Path) -> bool {
        let name = path.file_name().unwrap_or_default();
        let is_hidden = name.as_encoded_bytes().starts_with(b".");
        is_hidden && !self.options.hidden || self.options.patterns.excludes(self.relative(path))
    }

    fn is_left_out(&self, directory: &Path) -> bool {
        let left_out = self.options.left_out.as_deref();
        left_out.is_some_and(|left_out| directory.canonicalize().is_ok_and(|real| real == left_out))
    }

    /// Whether an entry that failed would not have been labelled anyway: its name is excluded, or it is a dangling link that
    /// is not named like a picture.
    fn is_skipped(&self, error: &walkdir::Error) -> bool {
        let Some(path) = error.path().filter(|_| error.depth() > 0) else { return false };
        let is_link = path.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink());
        self.is_excluded(path) || is_link && !self.options.patterns.includes(self.relative(path))
    }

    pub(super) fn relative<'p>(&self, path: &'p Path) -> &'p Path {
        path.strip_prefix(&self.root).unwrap_or(path)
    }
}

impl Iterator for Walk {
    type Item = Input;

    fn next(&mut self) -> Option<Input> {
        loop {
            let entry = match self.entries.next()? {
                Ok(entry) => entry,
                Err(error) if error.loop_ancestor().is_some() || self.is_skipped(&error) => continue,
                Err(error) => return Some(unreadable(&self.root, &error)),
            };
            // The directory itself was named, so patterns do not apply to it.
            if entry.depth() == 0 {
                continue;
            }
            let is_directory = entry.file_type().is_dir();
            if self.is_excluded(entry.path()) || is_directory && self.is_left_out(entry.path()) {
                if is_directory {
                    self.entries.skip_current_dir();
                }
            } else if entry.file_type().is_file()
                && self.options.patterns.includes(self.relative(entry.path()))
            {
                return Some(Input::File(entry.into_path()));
            }
        }
    }
}

/// The file that holds many pictures and lies nearest to the directory `root`; of several, the first by name.
pub fn first_collection(root: &Path) -> Option<PathBuf> {
    let found = files(root).filter(|file| is_collection(file.path()));
    found.min_by_key(walkdir::DirEntry::depth).map(walkdir::DirEntry::into_path)
}

/// Whether a search of the directory at `root` finds a file that is named like a picture.
pub fn has_pictures(root: &Path) -> bool {
    files(root).any(|file| has_picture_ending(file.path()))
}

/// The files in the directory at `root`, without hidden ones.
fn files(root: &Path) -> impl Iterator<Item = walkdir::DirEntry> {
    let is_shown = |entry: &walkdir::DirEntry| {
        entry.depth() == 0 || !entry.file_name().as_encoded_bytes().starts_with(b".")
    };
    let entries = walkdir::WalkDir::new(root).min_depth(1).sort_by_file_name().into_iter();
    entries.filter_entry(is_shown).filter_map(Result::ok).filter(|entry| entry.file_type().is_file())
}

fn unreadable(root: &Path, error: &walkdir::Error) -> Input {
    let path = error.path().unwrap_or(root).to_owned();
    let error = error.io_error().map_or_else(|| ItemError::io(error.to_string()), ItemError::from);
    Input::Unreadable { path, error }
}
