//! What to label: paths, directories, lists and stdin, one input at a time, as they are found.

mod ahead;
mod list;
mod patterns;
mod walk;

use std::path::{Path, PathBuf};

pub use ahead::Ahead;
pub use list::{List, Separator};
pub use patterns::{PatternError, Patterns};
pub use walk::{Walk, WalkOptions};

use crate::record::ItemHint;

/// One input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A file, or what was named as one.
    File(PathBuf),
    /// The bytes of a picture on stdin, named `-`.
    Stdin,
    /// What could not be listed, and why. It is answered with an error like a picture that cannot be read.
    Unreadable {
        /// What was named.
        path: PathBuf,
        /// Why, for people.
        message: String,
        /// What would help, if something is known to.
        hint: Option<ItemHint>,
    },
}

impl Input {
    /// As it was named.
    pub fn path(&self) -> &Path {
        match self {
            Self::File(path) | Self::Unreadable { path, .. } => path,
            Self::Stdin => Path::new("-"),
        }
    }
}

/// The name of stdin among paths.
const STDIN: &str = "-";

/// Inputs in the order in which they were named; those of a directory by name.
#[derive(Debug)]
pub struct Inputs {
    named: std::vec::IntoIter<PathBuf>,
    list: Option<List>,
    /// The directory that is being walked.
    walk: Option<Walk>,
    /// Whether directories are walked, and how.
    recursion: Option<WalkOptions>,
}

impl Inputs {
    /// `named` first, then what `list` holds. Without `recursion` a directory is an error.
    pub fn new(named: Vec<PathBuf>, list: Option<List>, recursion: Option<WalkOptions>) -> Self {
        Self { named: named.into_iter(), list, walk: None, recursion }
    }

    /// A path as it was named on the command line or in a list.
    fn open(&mut self, path: PathBuf) -> Option<Input> {
        if path.as_os_str() == STDIN {
            let is_list = self.list.as_ref().is_some_and(List::is_stdin);
            let message = "stdin is the list of pictures; for a file of this name write ./-".to_owned();
            return Some(if is_list {
                Input::Unreadable { path, message, hint: None }
            } else {
                Input::Stdin
            });
        }
        if !path.is_dir() {
            // Whether it exists is found out when it is read.
            return Some(Input::File(path));
        }
        let Some(options) = &self.recursion else {
            let hint = Some(ItemHint::SearchDirectory(path.clone()));
            return Some(Input::Unreadable { path, message: "is a directory".to_owned(), hint });
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
