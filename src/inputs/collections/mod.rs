//! Files that hold many pictures, read from their beginning to their end.
//!
//! To add a format, write a file here with a function that reads it, and a row in [`COLLECTIONS`].

mod beside;
#[cfg(feature = "parquet")]
mod parquet;
mod reading;
#[cfg(feature = "tar")]
mod tar;
#[cfg(test)]
mod testing;
mod unpaired;
mod zip;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver};
use std::{io, thread};

pub(super) use self::beside::key_and_ending;
pub use self::reading::MemberOptions;
pub(super) use self::reading::Reading;
use self::reading::{Each, normal};
pub use self::unpaired::Unpaired;
use super::input::Input;
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

static COLLECTIONS: &[Collection] = &[TAR, ZIP, PARQUET];

/// The one that `--tar` names, regardless of the name of the file.
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

/// The format, the file and the name within it, if `path` names a member: no file has this path, but one of its parents is a file
/// that holds many pictures.
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

/// `path` without a slash at its end.
pub(super) fn without_slash(path: &Path) -> &Path {
    path.components().as_path()
}

/// Whether files that are named like `path` hold many pictures.
pub fn is_collection(path: &Path) -> bool {
    of_path(path).is_some()
}

/// Whether the file at `path`, of any name, begins as a tar, which may be compressed by gzip or zstd.
#[cfg(feature = "tar")]
pub fn holds_tar(path: &Path) -> bool {
    tar::is_tar(path)
}

/// `false`, because this build cannot read tars.
#[cfg(not(feature = "tar"))]
pub fn holds_tar(_path: &Path) -> bool {
    false
}

/// Whether a file that begins with `start` is a tar, which may be compressed by gzip or zstd.
#[cfg(feature = "tar")]
pub(super) fn begins_tar(start: &[u8]) -> bool {
    tar::is_start(start.to_vec())
}

/// `false`, because this build cannot read tars.
#[cfg(not(feature = "tar"))]
pub(super) fn begins_tar(_start: &[u8]) -> bool {
    false
}

/// The names of the classes whose numbers a column of a Parquet file has, if the library `datasets` has written them into it.
#[cfg(feature = "parquet")]
pub fn class_names(path: &Path, column: &str) -> Option<Vec<String>> {
    parquet::class_names(without_slash(path), column)
}

/// `None`, because this build cannot read Parquet.
#[cfg(not(feature = "parquet"))]
pub fn class_names(_path: &Path, _column: &str) -> Option<Vec<String>> {
    None
}

/// The members of a file, read on a thread of their own, one ahead. The thread ends once this has been dropped, and is not joined,
/// because it may be waiting for more of a stream.
#[derive(Debug)]
pub(super) struct Members(Receiver<Input>);

impl Members {
    /// Begins to read a file. The first member, or the error, is all there is of one that is asked for by the path `named`, and has
    /// that path.
    ///
    /// # Errors
    /// If this build cannot read such files, or the system refuses the thread.
    pub(super) fn read(
        collection: &Collection,
        reading: Reading,
        named: Option<PathBuf>,
    ) -> io::Result<Self> {
        let feature = collection.feature;
        let read = collection.read.ok_or_else(|| {
            io::Error::other(format!(
                "holds many pictures; this build cannot read them, one with the feature {feature} can"
            ))
        })?;
        let (sender, receiver) = mpsc::sync_channel(1);
        thread::Builder::new().spawn(move || {
            // Sending fails once the receiver has been dropped.
            let send = |input: Input| {
                let sent = match &named {
                    Some(path) => sender.send(input.named(path.clone())),
                    None => sender.send(input),
                };
                if sent.is_ok() && named.is_none() {
                    ControlFlow::Continue(())
                } else {
                    ControlFlow::Break(())
                }
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
