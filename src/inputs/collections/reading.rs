//! One file with many pictures while it is read: which members are asked for, and what becomes of them.

use std::ops::ControlFlow;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use super::unpaired::Unpaired;
use crate::inputs::input::{Input, STDIN};
use crate::inputs::member::{Member, Room};
use crate::inputs::patterns::Patterns;
use crate::inputs::shard::Shard;
use crate::record::{ItemError, ItemHint};

/// Takes a member.
pub(in crate::inputs::collections) type Each<'a> = dyn FnMut(Input) -> ControlFlow<()> + 'a;

/// What is read of the members.
#[derive(Clone, Debug, Default)]
pub struct MemberOptions {
    /// Which members, by their names; by default those that are named like pictures, and those without an ending.
    pub patterns: Patterns,
    /// Include hidden members.
    pub hidden: bool,
    /// Names of the columns to keep: of a table, or endings of the files beside a picture, or fields of the JSON beside it.
    pub keep: Vec<String>,
    /// Whether a column that a table lacks is null. Otherwise it is an error.
    pub allows_missing: bool,
    /// The column of pictures in a table; `None`: the only one there is.
    pub image_column: Option<String>,
    /// Only the members of this share.
    pub shard: Option<Shard>,
    /// Only their names, without bytes.
    pub names_only: bool,
    /// Only members of this name.
    pub only: Option<PathBuf>,
    /// Takes the files of a tar that hold columns and stand beside no picture.
    pub unpaired: Unpaired,
}

/// The largest member that is read, in bytes, as of files.
pub(super) const LARGEST: u64 = 1 << 30;

/// An error of a file or a member itself. Its kind is one that may pass, because the file may have been mended when a run is resumed.
pub(super) fn damage(message: impl Into<String>) -> ItemError {
    ItemError::io(message)
}

/// The same for a file whose end is missing, or which has other bytes than it was written with.
pub(super) fn torn(message: impl Into<String>) -> ItemError {
    ItemError { hint: Some(ItemHint::CopyAgain), ..damage(message) }
}

/// One file while it is read.
pub(in crate::inputs) struct Reading {
    /// The file; `-` is stdin.
    pub(in crate::inputs) path: PathBuf,
    pub(in crate::inputs) options: MemberOptions,
    /// Memory for the members that wait for their answers, of all files of the run.
    pub(in crate::inputs) room: Arc<Room>,
}

impl Reading {
    pub(super) fn is_stdin(&self) -> bool {
        self.path.as_os_str() == STDIN
    }

    /// Whether records keep columns.
    pub(super) fn keeps(&self) -> bool {
        !self.options.keep.is_empty()
    }

    /// Whether the member called `name` is a picture that is asked for.
    pub(super) fn includes(&self, name: &Path) -> bool {
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

    /// Whether the row called `name` is asked for. Unlike a member of a tar, its picture may have any name or none.
    #[cfg(feature = "parquet")]
    pub(super) fn includes_row(&self, name: &Path) -> bool {
        let MemberOptions { patterns, shard, only, .. } = &self.options;
        let is_chosen = match only {
            Some(only) => *only == normal(name),
            None => !patterns.excludes(name) && (patterns.is_by_ending() || patterns.includes(name)),
        };
        is_chosen && shard.is_none_or(|shard| shard.includes(&self.path_of(name)))
    }

    /// `shard.tar/0001.jpg`. The name of a member is only a name: one that begins with `/` does not replace the path before it.
    pub(super) fn path_of(&self, name: &Path) -> PathBuf {
        let name = normal(name);
        if self.is_stdin() { name } else { self.path.join(name) }
    }

    /// A member, after it has waited for room.
    pub(super) fn member(&self, name: &Path, bytes: Vec<u8>, kept: Vec<Value>) -> Input {
        // Members without bytes are kept until the end, so a wait for room might never end.
        let held =
            if self.options.names_only { 0 } else { bytes.len() + kept.iter().map(length_of).sum::<usize>() };
        let held = self.room.take(held as u64);
        Input::Member(Arc::new(Member { path: self.path_of(name), bytes, kept, held }))
    }

    /// An error of a member.
    pub(super) fn member_failed(&self, name: &Path, error: ItemError) -> Input {
        Input::Unreadable { path: self.path_of(name), error }
    }

    /// Damage that hides all members that would follow.
    pub(super) fn failed(&self, error: impl Into<ItemError>) -> Input {
        Input::Unreadable { path: self.path.clone(), error: error.into() }
    }
}

/// Roughly the memory of a kept value: the length of its JSON.
fn length_of(value: &Value) -> usize {
    value.to_string().len()
}

/// The name of a member without redundant parts: `a/b.jpg` for `./a//b.jpg`. `..` stays.
pub(super) fn normal(name: &Path) -> PathBuf {
    name.components().filter(|part| matches!(part, Component::Normal(_) | Component::ParentDir)).collect()
}
