//! Files that hold many pictures, read from their beginning to their end.
//!
//! To add a format, write a file here with a function that reads it, and a row in [`COLLECTIONS`].

mod beside;
#[cfg(feature = "parquet")]
mod parquet;
#[cfg(feature = "tar")]
mod tar;
#[cfg(test)]
mod testing;
mod zip;

use std::ops::ControlFlow;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::{io, thread};

use serde_json::Value;

use super::input::{Input, STDIN};
use super::member::{Member, Room};
use super::patterns::Patterns;
use super::shard::Shard;
use crate::guard;
use crate::record::{ItemError, ItemHint};

/// A format of such files.
#[derive(Debug)]
pub(super) struct Collection {
    /// Endings of its files.
    endings: &'static [&'static str],
    /// The cargo feature that adds it.
    feature: &'static str,
    /// Reads a file; `None` in a build without that feature.
    read: Option<Read>,
}

/// Passes each member of a file to `each`, until that breaks. A member that cannot be read is an error with its own path. Damage
/// that hides all members after it is an error with the path of the file, as the last item.
type Read = fn(&Reading, each: &mut Each<'_>) -> ControlFlow<()>;

/// Takes a member.
type Each<'a> = dyn FnMut(Input) -> ControlFlow<()> + 'a;

static COLLECTIONS: &[Collection] = &[TAR, ZIP, PARQUET];

/// The one that `--tar` names, whatever the name of the file.
pub(super) const TAR: Collection = Collection {
    endings: &["tar", "tar.gz", "tgz", "tar.zst", "tzst"],
    feature: "tar",
    #[cfg(feature = "tar")]
    read: Some(tar::read),
    #[cfg(not(feature = "tar"))]
    read: None,
};

/// Checkpoints need the crate as well, so every build has it.
const ZIP: Collection = Collection { endings: &["zip"], feature: "zip", read: Some(zip::read) };

const PARQUET: Collection = Collection {
    endings: &["parquet"],
    feature: "parquet",
    #[cfg(feature = "parquet")]
    read: Some(parquet::read),
    #[cfg(not(feature = "parquet"))]
    read: None,
};

/// The format of files that are named like `path`.
pub(super) fn of_path(path: &Path) -> Option<&'static Collection> {
    let name = path.file_name()?.to_str()?.to_ascii_lowercase();
    let has = |ending: &&str| name.strip_suffix(ending).is_some_and(|stem| stem.ends_with('.'));
    COLLECTIONS.iter().find(|collection| collection.endings.iter().any(has))
}

/// The format, the file and the name of a member that is called `path`, if that is the name of no file but lies below one that holds
/// many pictures.
pub(super) fn of_member(path: &Path) -> Option<(&'static Collection, PathBuf, PathBuf)> {
    let (file, name) = file_and_name(path)?;
    Some((of_path(file)?, file.to_owned(), normal(name)))
}

/// The file and the name of a member: `shard.tar` and `a/1.jpg` of `shard.tar/a/1.jpg`. `None` for the path of a file.
pub fn file_and_name(path: &Path) -> Option<(&Path, &Path)> {
    let mut above = path.ancestors().skip(1);
    let file = above.find(|file| is_collection(file) && file.is_file())?;
    Some((file, path.strip_prefix(file).ok()?))
}

/// Whether files that are named like `path` hold many pictures.
pub fn is_collection(path: &Path) -> bool {
    of_path(path).is_some()
}

/// The names of the classes whose numbers a column of a Parquet file has, if the library `datasets` has written them into it.
#[cfg(feature = "parquet")]
pub fn class_names(path: &Path, column: &str) -> Option<Vec<String>> {
    parquet::class_names(path, column)
}

/// None: this build cannot read Parquet.
#[cfg(not(feature = "parquet"))]
pub fn class_names(_path: &Path, _column: &str) -> Option<Vec<String>> {
    None
}

/// The name of a member without what changes nothing: `a/b.jpg` of `./a//b.jpg`. `..` stays.
fn normal(name: &Path) -> PathBuf {
    name.components().filter(|part| matches!(part, Component::Normal(_) | Component::ParentDir)).collect()
}

/// What is read of the members.
#[derive(Clone, Debug, Default)]
pub struct MemberOptions {
    /// Which members, by their names; by default those that are named like pictures, and those without an ending.
    pub patterns: Patterns,
    /// Include hidden members.
    pub hidden: bool,
    /// Names of the columns to keep: of a table, or endings of the files beside a picture, or fields of the JSON beside it.
    pub keep: Vec<String>,
    /// Columns that a table lacks are null; else they are an error.
    pub allows_missing: bool,
    /// The column of pictures in a table; `None`: the only one there is.
    pub image_column: Option<String>,
    /// Only the members of this share.
    pub shard: Option<Shard>,
    /// Only their names, without bytes.
    pub names_only: bool,
    /// Only members of this name.
    pub only: Option<PathBuf>,
}

/// The largest member that is read, in bytes, as of files.
const LARGEST: u64 = 1 << 30;

/// An error of a file or a member itself, which stays.
fn damage(message: impl Into<String>) -> ItemError {
    ItemError { kind: "decode", ..ItemError::io(message) }
}

/// One file while it is read.
pub(super) struct Reading {
    /// The file; `-` is stdin.
    pub(super) path: PathBuf,
    pub(super) options: MemberOptions,
    /// Memory for the members that wait for their answers, of all files of the run.
    pub(super) room: Arc<Room>,
}

impl Reading {
    fn is_stdin(&self) -> bool {
        self.path.as_os_str() == STDIN
    }

    /// Whether records keep columns.
    fn keeps(&self) -> bool {
        !self.options.keep.is_empty()
    }

    /// Whether the member called `name` is a picture that is asked for.
    fn includes(&self, name: &Path) -> bool {
        let MemberOptions { patterns, hidden, shard, only, .. } = &self.options;
        let starts_with_dot = |part: Component| part.as_os_str().as_encoded_bytes().starts_with(b".");
        let is_hidden =
            name.components().filter(|part| matches!(part, Component::Normal(_))).any(starts_with_dot);
        // A directory that is excluded is excluded with all that is in it.
        let is_excluded = || name.ancestors().any(|folder| patterns.excludes(folder));
        let is_chosen = match only {
            Some(only) => *only == normal(name),
            None => {
                (*hidden || !is_hidden)
                    && !is_excluded()
                    && (patterns.includes(name) || patterns.is_by_ending() && name.extension().is_none())
            }
        };
        is_chosen && shard.is_none_or(|shard| shard.includes(&self.path_of(name)))
    }

    /// Whether the row of a table called `name` is asked for. Its picture may have any name, and none.
    #[cfg(feature = "parquet")]
    fn includes_row(&self, name: &Path) -> bool {
        let MemberOptions { patterns, shard, only, .. } = &self.options;
        let is_chosen = match only {
            Some(only) => *only == normal(name),
            None => !patterns.excludes(name) && (patterns.is_by_ending() || patterns.includes(name)),
        };
        is_chosen && shard.is_none_or(|shard| shard.includes(&self.path_of(name)))
    }

    /// `shard.tar/0001.jpg`. The name of a member is only a name: one that begins with `/` does not replace the path before it.
    fn path_of(&self, name: &Path) -> PathBuf {
        let name = normal(name);
        if self.is_stdin() { name } else { self.path.join(name) }
    }

    /// A member, after it has waited for room.
    fn member(&self, name: &Path, bytes: Vec<u8>, kept: Vec<Value>) -> Input {
        let held = self.room.take(bytes.len() as u64);
        Input::Member(Arc::new(Member { path: self.path_of(name), bytes, kept, held }))
    }

    /// An error of a member.
    fn member_failed(&self, name: &Path, error: ItemError) -> Input {
        Input::Unreadable { path: self.path_of(name), error }
    }

    /// Damage that hides all members that would follow.
    fn failed(&self, error: impl Into<ItemError>) -> Input {
        Input::Unreadable { path: self.path.clone(), error: error.into() }
    }
}

/// The members of a file, read on a thread of their own, one ahead. The thread ends once this has been dropped, and is not joined,
/// because it may be waiting for more of a stream.
#[derive(Debug)]
pub(super) struct Members(Receiver<Input>);

impl Members {
    /// Begins to read a file.
    ///
    /// # Errors
    /// If this build cannot read such files, or the system refuses the thread.
    pub(super) fn read(collection: &Collection, reading: Reading) -> io::Result<Self> {
        let feature = collection.feature;
        let read = collection.read.ok_or_else(|| {
            io::Error::other(format!(
                "holds many pictures; this build cannot read them, one with the feature {feature} can"
            ))
        })?;
        let (sender, receiver) = mpsc::sync_channel(1);
        thread::Builder::new().spawn(move || {
            // Sending fails once the receiver has been dropped.
            let send = |input| match sender.send(input) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            };
            let mut is_empty = true;
            let mut each = |input| {
                is_empty = false;
                send(input)
            };
            let outcome = guard::catch(|| read(&reading, &mut each));
            let missing = reading.options.only.as_ref().filter(|_| is_empty);
            match (outcome, missing) {
                (Ok(ControlFlow::Continue(())), Some(name)) => {
                    let error = ItemError::io("the file has no member of this name");
                    let hint = Some(ItemHint::ListMembers);
                    send(reading.member_failed(name, ItemError { hint, ..error }))
                }
                (Ok(flow), _) => flow,
                (Err(panic), _) => {
                    let error = ItemError::io(format!("mnet failed on this file: {panic}"));
                    send(reading.failed(ItemError { kind: "internal", ..error }))
                }
            }
        })?;
        Ok(Self(receiver))
    }
}

impl Iterator for Members {
    type Item = Input;

    fn next(&mut self) -> Option<Input> {
        self.0.recv().ok()
    }
}
