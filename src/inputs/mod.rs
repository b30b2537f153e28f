//! What to label: paths, directories, lists and stdin, one input at a time, as they are found.

mod input;
pub mod labelled;
mod list;
mod patterns;
mod read_ahead;
mod walk;

use std::path::{Path, PathBuf};

pub use input::{Input, is_address};
pub use list::{List, Separator};
pub use patterns::{PatternError, Patterns, has_picture_ending};
pub use read_ahead::ReadAhead;
pub use walk::{Walk, WalkOptions};

use crate::record::{ItemError, ItemHint};

/// Inputs in the order in which they were named; those of a directory are sorted by name.
#[derive(Debug)]
pub struct Inputs {
    named: std::vec::IntoIter<PathBuf>,
    list: Option<List>,
    /// The directory that is being searched.
    walk: Option<Walk>,
    /// How directories are searched, if they are.
    recursion: Option<WalkOptions>,
}

impl Inputs {
    /// The inputs `named`, then those in `list`. Without `recursion` a directory is an error.
    pub fn new(named: Vec<PathBuf>, list: Option<List>, recursion: Option<WalkOptions>) -> Self {
        Self { named: named.into_iter(), list, walk: None, recursion }
    }

    /// These inputs without the files that a search would find in `folder`, where the run writes. The folder itself may be named.
    #[must_use]
    pub fn leaving_out(mut self, folder: &Path) -> Self {
        if let Some(options) = &mut self.recursion {
            options.left_out = folder.canonicalize().ok();
        }
        self
    }

    /// Resolves a path that was named on the command line or in a list. A directory starts a walk and gives `None`.
    fn open(&mut self, path: PathBuf) -> Option<Input> {
        if path.as_os_str() == input::STDIN {
            let is_list = self.list.as_ref().is_some_and(List::is_stdin);
            let error = ItemError::io("stdin is the list of pictures; for a file of this name write ./-");
            return Some(if is_list { Input::Unreadable { path, error } } else { Input::Stdin });
        }
        if !path.is_dir() {
            // Whether it exists turns out when it is read.
            return Some(Input::File(path));
        }
        let Some(options) = &self.recursion else {
            let hint = Some(ItemHint::SearchDirectory);
            let error = ItemError { hint, ..ItemError::io("is a directory") };
            return Some(Input::Unreadable { path, error });
        };
        self.walk = Some(Walk::new(&path, options));
        None
    }
}

impl Iterator for Inputs {
    type Item = Input;

    fn next(&mut self) -> Option<Input> {
        loop {
            if let Some(walk) = &mut self.walk {
                match walk.next() {
                    Some(input) => return Some(input),
                    None => self.walk = None,
                }
            }
            let path = match self.named.next() {
                Some(path) => path,
                None => match self.list.as_mut()?.next()? {
                    Ok(path) => path,
                    Err(input) => return Some(input),
                },
            };
            if let Some(input) = self.open(path) {
                return Some(input);
            }
        }
    }
}
