//! What to label: paths, directories, lists and stdin, one input at a time, as they are found.

mod collections;
mod input;
pub mod labelled;
mod list;
mod member;
mod patterns;
mod read_ahead;
mod shard;
#[cfg(test)]
#[cfg(all(unix, feature = "tar"))]
mod tests;
mod walk;

use std::ops::ControlFlow::{self, Break, Continue};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use collections::{MemberOptions, Unpaired, class_names, file_and_name, holds_tar, is_collection};
pub use input::{Input, is_address};
pub use list::{List, Separator};
pub use member::Member;
pub use patterns::{PatternError, Patterns, has_picture_ending};
pub use read_ahead::ReadAhead;
pub use shard::Shard;
pub use walk::{Walk, WalkOptions, first_collection, has_pictures};

use crate::record::{ItemError, ItemHint};
use collections::{Collection, Members, Reading};
use member::Room;

/// The picture at `path`, which may be the name of a member: then its bytes are read now, from the column `image_column` of a table.
pub fn picture(path: &Path, image_column: Option<&str>) -> Input {
    if collections::of_member(path).is_none() {
        return Input::File(path.to_owned());
    }
    let options = MemberOptions { image_column: image_column.map(str::to_owned), ..MemberOptions::default() };
    let mut found = Inputs::new(vec![path.to_owned()], None, None, options);
    found.next().unwrap_or_else(|| Input::File(path.to_owned()))
}

/// Bytes of members that have been read and have no answer yet.
const MOST_WAITING: u64 = 256 << 20;

/// Inputs in the order in which they were named; those of a directory are sorted by name.
#[derive(Debug)]
pub struct Inputs {
    named: std::vec::IntoIter<PathBuf>,
    tars: std::vec::IntoIter<PathBuf>,
    list: Option<List>,
    /// The directory that is being searched.
    walk: Option<Walk>,
    /// The file whose members are being read.
    members: Option<Members>,
    /// How directories are searched, if they are.
    recursion: Option<WalkOptions>,
    options: MemberOptions,
    room: Arc<Room>,
}

impl Inputs {
    /// The inputs `named`, then those in `list`. Without `recursion` a directory is an error. Of files that hold many pictures,
    /// the members are read as `options` say.
    pub fn new(
        named: Vec<PathBuf>,
        list: Option<List>,
        recursion: Option<WalkOptions>,
        options: MemberOptions,
    ) -> Self {
        let (named, tars, room) = (named.into_iter(), vec![].into_iter(), Room::new(MOST_WAITING));
        Self { named, tars, list, walk: None, members: None, recursion, options, room }
    }

    /// These inputs, with the members of `tars` between those named and those in the list; `-` and the other names of stdin mean a tar on stdin.
    #[must_use]
    pub fn with_tars(self, tars: Vec<PathBuf>) -> Self {
        let named = |tar: PathBuf| {
            if input::is_descriptor_of_stdin(&tar) {
                input::STDIN.into()
            } else if is_file_with_slash(&tar) {
                collections::without_slash(&tar).to_owned()
            } else {
                tar
            }
        };
        Self { tars: tars.into_iter().map(named).collect::<Vec<_>>().into_iter(), ..self }
    }

    /// The files in tars that hold columns and stand beside no picture, as far as these inputs have been read.
    pub fn unpaired(&self) -> Unpaired {
        self.options.unpaired.clone()
    }

    /// These inputs by their names: the bytes of members are not read.
    #[must_use]
    pub fn only_names(mut self) -> Self {
        self.options.names_only = true;
        self.options.keep.clear();
        self
    }

    /// These inputs without the files that a search would find in `folder`, where the run writes. The folder itself may be named.
    #[must_use]
    pub fn leaving_out(mut self, folder: &Path) -> Self {
        if let Some(options) = &mut self.recursion {
            options.left_out = folder.canonicalize().ok();
        }
        self
    }

    /// Resolves a path that was named on the command line or in a list. A directory starts a walk and gives `None`, and so does
    /// a file that holds many pictures.
    fn open(&mut self, path: PathBuf) -> Option<Input> {
        let is_list = || self.list.as_ref().is_some_and(List::is_stdin);
        if path.as_os_str() == input::STDIN {
            let error = ItemError::io("stdin is the list of pictures; for a file of this name write ./-");
            return Some(if is_list() { Input::Unreadable { path, error } } else { Input::Stdin });
        }
        if is_list() && input::is_descriptor_of_stdin(&path) {
            return Some(Input::Unreadable { path, error: ItemError::io("stdin is the list of pictures") });
        }
        if !path.is_dir() {
            // Whether it exists turns out when it is read.
            return self.file(path);
        }
        let Some(options) = &self.recursion else {
            let hint = Some(ItemHint::SearchDirectory);
            let error = ItemError { hint, ..ItemError::io("is a directory") };
            return Some(Input::Unreadable { path, error });
        };
        self.walk = Some(Walk::new(&path, options));
        None
    }

    /// The picture at `path`; `None` if it holds many, whose turn is now.
    fn file(&mut self, path: PathBuf) -> Option<Input> {
        match collections::of_path(&path) {
            Some(_) if is_file_with_slash(&path) => self.file(collections::without_slash(&path).to_owned()),
            Some(collection) => self.read_members(collection, path, self.options.clone(), None),
            None => match collections::of_member(&path) {
                Some((collection, file, name)) => {
                    // Its share goes by the path as it was named, like that of any other.
                    if self.options.shard.is_some_and(|shard| !shard.includes(&path)) {
                        return None;
                    }
                    let options = MemberOptions { only: Some(name), shard: None, ..self.options.clone() };
                    self.read_members(collection, file, options, Some(path))
                }
                None => Some(Input::File(path)),
            },
        }
    }

    /// The file at `path`, which a search has found at `relative`.
    fn found(&mut self, path: PathBuf, relative: &Path) -> Option<Input> {
        let Some(collection) = collections::of_path(&path) else { return Some(Input::File(path)) };
        let patterns = self.options.patterns.of_members(relative);
        let options = MemberOptions { patterns, ..self.options.clone() };
        self.read_members(collection, path, options, None)
    }

    fn read_members(
        &mut self,
        collection: &Collection,
        path: PathBuf,
        options: MemberOptions,
        named: Option<PathBuf>,
    ) -> Option<Input> {
        // To read a pipe for its names would take the pictures from the run.
        if options.names_only && path.metadata().is_ok_and(|file| !file.is_file()) {
            return None;
        }
        let options =
            MemberOptions { patterns: options.patterns.without_collections(is_collection), ..options };
        let room = Arc::clone(&self.room);
        match Members::read(collection, Reading { path: path.clone(), options, room }, named) {
            Ok(members) => {
                self.members = Some(members);
                None
            }
            Err(error) => Some(Input::Unreadable { path, error: ItemError::from(&error) }),
        }
    }

    /// The next input, `None` if what was named there is now being listed; breaks at the end.
    fn step(&mut self) -> ControlFlow<(), Option<Input>> {
        if let Some(members) = &mut self.members {
            let next = members.next();
            if next.is_none() {
                self.members = None;
            }
            return Continue(next);
        }
        if let Some(walk) = &mut self.walk {
            return Continue(match walk.next() {
                Some(Input::File(path)) => {
                    let relative = walk.relative(&path).to_owned();
                    self.found(path, &relative)
                }
                Some(input) => Some(input),
                None => {
                    self.walk = None;
                    None
                }
            });
        }
        if let Some(path) = self.named.next() {
            return Continue(self.open(path));
        }
        if let Some(path) = self.tars.next() {
            return Continue(self.read_members(&collections::TAR, path, self.options.clone(), None));
        }
        match self.list.as_mut().and_then(Iterator::next) {
            Some(Ok(path)) => Continue(self.open(path)),
            Some(Err(input)) => Continue(Some(input)),
            None => Break(()),
        }
    }

    /// Whether it belongs to the share that is asked for.
    fn includes(&self, input: &Input) -> bool {
        self.options.shard.is_none_or(|shard| shard.includes(input.path()))
    }
}

/// Whether `path` is a file with a slash at its end, such as `x.tar/`. A shell may complete it so, but no system opens it.
fn is_file_with_slash(path: &Path) -> bool {
    let file = collections::without_slash(path);
    file.as_os_str() != path.as_os_str() && file.is_file()
}

impl Iterator for Inputs {
    type Item = Input;

    fn next(&mut self) -> Option<Input> {
        loop {
            match self.step() {
                Continue(Some(input)) if self.includes(&input) => return Some(input),
                Continue(_) => {}
                Break(()) => return None,
            }
        }
    }
}
