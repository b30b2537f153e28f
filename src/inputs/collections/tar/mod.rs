//! tar: one member after another, which a pipe can carry.
//!
//! The layout of headers is the crate's. The blocks are read here, because the crate reads long names of any size into memory, accepts
//! a tar that is cut off between two members, and stops at the end of the first of several tars.

mod blocks;
mod compressed;
mod entries;
mod group;
mod gzip;
mod pax;
mod source;
mod sparse;
#[cfg(test)]
mod tests;
mod zstd;

use std::io::Cursor;
use std::ops::ControlFlow::{self, Continue};
use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use super::beside::{Beside, key_and_ending};
use super::reading::{Each, LARGEST, MemberOptions, Reading, damage, normal};
use crate::inputs::Input;
use crate::inputs::patterns::has_picture_ending;
use crate::record::ItemError;
use blocks::Blocks;
use entries::{Entries, Entry, Kind};
use group::Group;
use source::Source;

pub(super) fn read(reading: &Reading, each: &mut Each<'_>) -> ControlFlow<()> {
    let source = if reading.is_stdin() { Source::stdin() } else { Source::open(&reading.path) };
    match source.map(|source| Entries::new(Blocks::new(source))) {
        Ok(entries) if reading.options.only.is_some() => one(entries, reading, each),
        Ok(mut entries) => all(&mut entries, reading, each),
        Err(error) => each(reading.failed(error)),
    }
}

/// Whether the file at `path` begins with a member of a tar; `false` for a pipe, which would be waited for without end.
pub(super) fn is_tar(path: &Path) -> bool {
    path.is_file() && begins_with_member(Source::open(path))
}

/// Whether a file with these first bytes begins with a member of a tar.
pub(super) fn is_start(start: Vec<u8>) -> bool {
    begins_with_member(Source::stream(Cursor::new(start)))
}

fn begins_with_member(source: Result<Source, ItemError>) -> bool {
    let first = source.and_then(|source| Entries::new(Blocks::new(source)).next());
    matches!(first, Ok(Some(_)))
}

fn all(entries: &mut Entries, reading: &Reading, each: &mut Each<'_>) -> ControlFlow<()> {
    let mut group = Group::new(reading, each);
    members(entries, reading, &mut group).unwrap_or_else(|error| group.fail(error))
}

/// Passes on the first member after the checksum of its compressed data has been compared. Nothing is read after that, so an error in the
/// rest of the file cannot follow its answer.
fn one(mut entries: Entries, reading: &Reading, each: &mut Each<'_>) -> ControlFlow<()> {
    let (mut first, before) = (None, reading.options.unpaired.found());
    let _ = all(&mut entries, reading, &mut |input| {
        first = Some(input);
        ControlFlow::Break(())
    });
    let Some(input) = first else { return Continue(()) };
    let checked = match &input {
        Input::Member(_) if !reading.options.names_only => entries.check(),
        Input::Unreadable { path, error } if *path == reading.path => Err(error.clone()),
        _ => Ok(()),
    };
    let lacks = input.kept().iter().any(Value::is_null);
    let flow = each(match checked {
        Ok(()) => input,
        Err(error) => {
            let message = format!("its file {}", error.message);
            Input::Unreadable { path: input.path().to_owned(), error: ItemError { message, ..error } }
        }
    });
    if lacks && reading.options.unpaired.found() == before {
        count_apart(reading);
    }
    flow
}

/// Counts the files that belong to the only member and do not stand beside it. The file is read to its end for this, because they may
/// stand after the answer.
fn count_apart(reading: &Reading) {
    let options = MemberOptions { names_only: true, ..reading.options.clone() };
    let again = Reading { path: reading.path.clone(), options, room: Arc::clone(&reading.room) };
    if let Ok(source) = Source::open(&again.path) {
        let _ = all(&mut Entries::new(Blocks::new(source)), &again, &mut |_| Continue(()));
    }
}

fn members(
    entries: &mut Entries,
    reading: &Reading,
    group: &mut Group<'_, '_>,
) -> Result<ControlFlow<()>, ItemError> {
    while let Some(entry) = entries.next()? {
        let flow = member(&entry, entries, reading, group)?;
        if flow.is_break() {
            return Ok(flow);
        }
    }
    Ok(group.end())
}

fn member(
    entry: &Entry,
    entries: &mut Entries,
    reading: &Reading,
    group: &mut Group<'_, '_>,
) -> Result<ControlFlow<()>, ItemError> {
    let name = normal(&entry.name);
    if name.as_os_str().is_empty() && entry.kind == Kind::File {
        // A member that is asked for has a name.
        let is_passed = reading.options.only.is_some();
        return Ok(if is_passed { Continue(()) } else { group.fail(damage("has a member without a name")) });
    }
    let (key, ending) = key_and_ending(&name);
    if entry.kind == Kind::Other {
        return Ok(Continue(()));
    }
    let flow = group.enter(key);
    if flow.is_break() {
        return Ok(flow);
    }
    let is_included = reading.includes(&name);
    if is_included || has_picture_ending(&name) {
        group.note_picture();
    }
    let outcome = match &entry.kind {
        Kind::Link { is_symbolic, target } if is_included && is_picture(&name, target) => {
            let kind = if *is_symbolic { "symbolic" } else { "hard" };
            Err(ItemError::io(format!("is a {kind} link to {}, which has the bytes", target.display())))
        }
        Kind::File if is_included && entry.size > LARGEST => {
            Err(ItemError::io(format!("has {} bytes; the limit is {LARGEST}", entry.size)))
        }
        Kind::File if is_included && reading.options.names_only => Ok(vec![]),
        Kind::File if is_included => Ok(entries.read(entry)?),
        Kind::File if reading.keeps() && Beside::wants(&ending, &reading.options.keep) => {
            group.beside(&name).add(ending, entry.size, || entries.read(entry))?;
            return Ok(Continue(()));
        }
        _ => return Ok(Continue(())),
    };
    Ok(group.add(&name, outcome))
}

/// Whether a link stands for a picture rather than for a directory: names without an ending may be either.
fn is_picture(name: &Path, target: &Path) -> bool {
    name.extension().is_some() || has_picture_ending(target)
}
