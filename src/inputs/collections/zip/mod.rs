//! zip: a directory at the end lists the members.
//!
//! Members are read one at a time, by the directory or, if that is missing, from the front of the file. Beside the member at hand, only
//! the places of the files that belong to kept columns are in memory.

mod beside;
mod directory;
mod entry;
mod front;
#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::{self, BufReader};
use std::ops::ControlFlow;
use std::path::Path;

use serde_json::Value;
use zip::result::ZipError;

use super::reading::{Each, Reading, damage, torn};
use crate::inputs::patterns::has_picture_ending;
use crate::record::ItemError;
use beside::Index;
use entry::{Entry, Kind, Members};
use front::Front;

/// The longest target of a link that is read to name it.
const LONGEST_TARGET: u64 = 4096;

pub(super) fn read(reading: &Reading, each: &mut Each<'_>) -> ControlFlow<()> {
    let outcome = open(&reading.path).map_err(|error| ItemError::from(&error));
    outcome.and_then(|file| members(file, reading, each)).unwrap_or_else(|error| each(reading.failed(error)))
}

fn open(path: &Path) -> io::Result<File> {
    let file = File::open(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::Error::other("is not a regular file; a zip is read from its end"))
    }
}

/// # Errors
/// Damage, once the members that can be read in spite of it have been passed on.
fn members(file: File, reading: &Reading, each: &mut Each<'_>) -> Result<ControlFlow<()>, ItemError> {
    let fault = match directory::open(&file) {
        Ok(mut zip) => {
            let damaged = |error| match error {
                ZipError::Io(error) => ItemError::from(&error),
                _ => torn("has a damaged directory: members may be missing"),
            };
            let index = index(zip.files().map_err(damaged)?, reading);
            return pictures(zip.files().map_err(damaged)?, &index, reading, each);
        }
        Err(fault) => fault,
    };
    let mut front = Front::new(BufReader::new(file))?;
    let index = index(&mut front, reading);
    front.rewind();
    if pictures(&mut front, &index, reading, each)?.is_break() {
        return Ok(ControlFlow::Break(()));
    }
    // Only its text tells this error from others.
    if fault.to_string().contains("Multi-disk") {
        return Err(damage("is one of the files of a zip in several parts: members may be missing"));
    }
    Err(torn("has no directory at its end that can be read: members may be missing"))
}

fn index<M: Members>(members: &mut M, reading: &Reading) -> Index<M::Place> {
    if reading.keeps() { Index::of(members, reading) } else { Index::empty() }
}

/// Passes on the pictures, in order.
fn pictures<M: Members>(
    members: &mut M,
    index: &Index<M::Place>,
    reading: &Reading,
    each: &mut Each<'_>,
) -> Result<ControlFlow<()>, ItemError> {
    while let Some(entry) = members.next_entry() {
        let entry = entry?;
        let is_unnamed = entry.name.as_os_str().is_empty() && entry.kind == Kind::File;
        // A member that is asked for has a name.
        let flow = if is_unnamed && reading.options.only.is_none() {
            each(reading.failed(damage("has a member without a name")))
        } else if let Some(outcome) = picture(&entry, members, index, reading) {
            if outcome.is_err() && members.is_last(&entry.place) {
                return Err(torn("ends early, within a member: members may be missing"));
            }
            each(match outcome {
                Ok((bytes, kept)) => reading.member(&entry.name, bytes, kept),
                Err(error) => reading.member_failed(&entry.name, error),
            })
        } else {
            continue;
        };
        if flow.is_break() {
            return Ok(flow);
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// The bytes of a member, and the values that are kept of it.
type Picture = (Vec<u8>, Vec<Value>);

/// Reads a member; `None` if it is not a picture that is asked for.
fn picture<M: Members>(
    entry: &Entry<M::Place>,
    members: &mut M,
    index: &Index<M::Place>,
    reading: &Reading,
) -> Option<Result<Picture, ItemError>> {
    let Entry { name, kind, size, place } = entry;
    if *kind == Kind::Directory || is_apples(name, reading) || !reading.includes(name) {
        return None;
    }
    if *kind == Kind::Link {
        let target = if *size > LONGEST_TARGET { Ok(vec![]) } else { entry::read(members, place) };
        return target.map_or_else(Some, |target| link(name, &target)).map(Err);
    }
    let bytes = if reading.options.names_only { Ok(vec![]) } else { entry::read(members, place) };
    Some(bytes.and_then(|bytes| Ok((bytes, index.kept(entry, members, reading)?))))
}

/// Whether the member is what macOS writes beside files: their attributes, under the same names.
fn is_apples(name: &Path, reading: &Reading) -> bool {
    !reading.options.hidden && reading.options.only.is_none() && name.starts_with("__MACOSX")
}

/// The error of a symbolic link; `None` if it stands for a directory rather than for a picture.
fn link(name: &Path, target: &[u8]) -> Option<ItemError> {
    let target = String::from_utf8_lossy(target);
    let is_picture = name.extension().is_some() || has_picture_ending(Path::new(&*target));
    is_picture.then(|| ItemError::io(format!("is a symbolic link to {target}, which has the bytes")))
}
