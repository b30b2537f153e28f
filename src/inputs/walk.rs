//! The pictures in a directory and below, by name.

use std::path::{Path, PathBuf};

use super::{Input, Patterns};

/// How a directory is walked.
#[derive(Clone, Debug)]
pub struct WalkOptions {
    /// Which files.
    pub patterns: Patterns,
    /// Hidden files and directories too.
    pub hidden: bool,
    /// Through symbolic links; a link to a directory that it lies in is passed over.
    pub follow: bool,
    /// Levels of directories: 1 is the directory's own files.
    pub max_depth: Option<usize>,
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

    fn is_left(&self, path: &Path) -> bool {
        let name = path.file_name().unwrap_or_default();
        let is_hidden = name.as_encoded_bytes().starts_with(b".");
        is_hidden && !self.options.hidden || self.options.patterns.leaves(self.relative(path))
    }

    /// Whether what failed below the directory would have been passed over: by its name, or as a link that leads nowhere
    /// and is not called as a picture is.
    fn is_passed_over(&self, error: &walkdir::Error) -> bool {
        let Some(path) = error.path().filter(|_| error.depth() > 0) else { return false };
        let is_link = path.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink());
        self.is_left(path) || is_link && !self.options.patterns.takes(self.relative(path))
    }

    fn relative<'p>(&self, path: &'p Path) -> &'p Path {
        path.strip_prefix(&self.root).unwrap_or(path)
    }
}

impl Iterator for Walk {
    type Item = Input;

    fn next(&mut self) -> Option<Input> {
        loop {
            let entry = match self.entries.next()? {
                Ok(entry) => entry,
                Err(error) if error.loop_ancestor().is_some() || self.is_passed_over(&error) => continue,
                Err(error) => return Some(unreadable(&self.root, &error)),
            };
            // The directory itself was named; whatever it is called, it is walked.
            if entry.depth() == 0 {
                continue;
            }
            let is_directory = entry.file_type().is_dir();
            if self.is_left(entry.path()) {
                if is_directory {
                    self.entries.skip_current_dir();
                }
            } else if entry.file_type().is_file() && self.options.patterns.takes(self.relative(entry.path()))
            {
                return Some(Input::File(entry.into_path()));
            }
        }
    }
}

fn unreadable(root: &Path, error: &walkdir::Error) -> Input {
    let path = error.path().unwrap_or(root).to_owned();
    let message = match error.io_error() {
        Some(error) if error.kind() == std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        Some(error) => error.to_string(),
        None => error.to_string(),
    };
    Input::Unreadable { path, message, hint: None }
}
