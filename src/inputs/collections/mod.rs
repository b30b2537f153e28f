//! Files that hold many pictures, read from their beginning to their end.
//!
//! To add a format, write a file here with a function that reads it, and a row in [`COLLECTIONS`].

mod beside;
#[cfg(feature = "parquet")]
mod parquet;
#[cfg(feature = "tar")]
mod tar;

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
use crate::record::ItemError;

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

static COLLECTIONS: &[Collection] = &[TAR, PARQUET];

/// The one that `--tar` names, whatever the name of the file.
pub(super) const TAR: Collection = Collection {
    endings: &["tar"],
    feature: "tar",
    #[cfg(feature = "tar")]
    read: Some(tar::read),
    #[cfg(not(feature = "tar"))]
    read: None,
};

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

/// What is read of the members.
#[derive(Clone, Debug, Default)]
pub struct MemberOptions {
    /// Which members, by their names; by default those that are named like pictures, and those without an ending.
    pub patterns: Patterns,
    /// Include hidden members.
    pub hidden: bool,
    /// Names of the columns to keep: of a table, or endings of the files beside a picture, or fields of the JSON beside it.
    pub keep: Vec<String>,
    /// The column of pictures in a table; `None`: the only one there is.
    pub image_column: Option<String>,
    /// Only the members of this share.
    pub shard: Option<Shard>,
    /// Only their names, without bytes.
    pub names_only: bool,
}

/// The largest member that is read, in bytes, as of files.
const LARGEST: u64 = 1 << 30;

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

    /// Whether the member called `name` is a picture that is asked for.
    fn includes(&self, name: &Path) -> bool {
        let MemberOptions { patterns, hidden, shard, .. } = &self.options;
        let starts_with_dot = |part: Component| part.as_os_str().as_encoded_bytes().starts_with(b".");
        let is_hidden =
            name.components().filter(|part| matches!(part, Component::Normal(_))).any(starts_with_dot);
        (*hidden || !is_hidden)
            && !patterns.excludes(name)
            && (patterns.includes(name) || patterns.is_by_ending() && name.extension().is_none())
            && shard.is_none_or(|shard| shard.includes(&self.path_of(name)))
    }

    /// Whether the row of a table called `name` is asked for. Its picture may have any name, and none.
    #[cfg(feature = "parquet")]
    fn includes_row(&self, name: &Path) -> bool {
        let MemberOptions { patterns, shard, .. } = &self.options;
        !patterns.excludes(name)
            && (patterns.is_by_ending() || patterns.includes(name))
            && shard.is_none_or(|shard| shard.includes(&self.path_of(name)))
    }

    /// `shard.tar/0001.jpg`. The name of a member is only a name: one that begins with `/` does not replace the path before it.
    fn path_of(&self, name: &Path) -> PathBuf {
        let relative = name.strip_prefix("/").unwrap_or(name);
        if self.is_stdin() { relative.to_owned() } else { self.path.join(relative) }
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
    fn failed(&self, error: &io::Error) -> Input {
        Input::Unreadable { path: self.path.clone(), error: ItemError::from(error) }
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
            read(&reading, &mut |input| match sender.send(input) {
                Ok(()) => ControlFlow::Continue(()),
                // It has been dropped.
                Err(_) => ControlFlow::Break(()),
            })
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
