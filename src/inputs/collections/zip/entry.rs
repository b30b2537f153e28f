//! Members of a zip, and their bytes.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use zip::CompressionMethod;
use zip::read::{ZipFile, ZipFileEntry};
use zip::result::{ZipError, ZipResult};

use super::super::reading::{LARGEST, damage, normal, torn};
use crate::record::ItemError;

/// What a zip is read from.
pub(super) type Reader = BufReader<File>;

/// One member, before its bytes are read.
#[derive(Debug)]
pub(super) struct Entry<P> {
    pub(super) name: PathBuf,
    pub(super) kind: Kind,
    pub(super) size: u64,
    /// Where it is.
    pub(super) place: P,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    /// Its bytes are the path of another file.
    Link,
    Directory,
}

/// The members of a zip, one after another.
pub(super) trait Members {
    type Place;

    /// The next member; `None` at the end.
    fn next_entry(&mut self) -> Option<Result<Entry<Self::Place>, ItemError>>;

    /// Opens the member at `place`, in any order, even if it is encrypted.
    fn open<'a>(&'a mut self, place: &'a Self::Place) -> ZipResult<ZipFile<'a, Reader>>;

    /// Whether the file ends where this member does, or before.
    fn is_last(&self, place: &Self::Place) -> bool;
}

impl Entry<()> {
    /// What the header or the directory says of a member.
    pub(super) fn new(entry: &ZipFileEntry<'_>) -> Self {
        let name = entry.name().unwrap_or_else(|_| String::from_utf8_lossy(entry.name_raw()));
        let kind = match entry {
            _ if entry.is_dir() => Kind::Directory,
            _ if entry.is_symlink() => Kind::Link,
            _ => Kind::File,
        };
        Self { name: normal(Path::new(&*name)), kind, size: entry.size(), place: () }
    }

    pub(super) fn at<P>(self, place: P) -> Entry<P> {
        let Self { name, kind, size, .. } = self;
        Entry { name, kind, size, place }
    }
}

/// The bytes of the member at `place`.
pub(super) fn read<M: Members>(members: &mut M, place: &M::Place) -> Result<Vec<u8>, ItemError> {
    let mut file = members.open(place).map_err(|error| opening(&error))?;
    let size = file.size();
    if file.encrypted() {
        return Err(unsupported("is encrypted, which mnet cannot read"));
    }
    if ![CompressionMethod::Stored, CompressionMethod::Deflated].contains(&file.compression()) {
        let method = file.compression();
        return Err(unsupported(format!(
            "is compressed with {method}; mnet reads stored and deflated members"
        )));
    }
    if size > LARGEST {
        return Err(ItemError::io(format!("has {size} bytes; the limit is {LARGEST}")));
    }
    let mut bytes = vec![];
    // One with more bytes than it claims is an error of the crate; so is a wrong checksum.
    match file.read_to_end(&mut bytes) {
        Ok(_) if bytes.len() as u64 == size => Ok(bytes),
        Ok(length) => Err(torn(format!("ends early: it has {length} bytes of {size}"))),
        Err(error) => Err(unpacking(&error)),
    }
}

/// The error of a member that cannot be opened.
fn opening(error: &ZipError) -> ItemError {
    match error {
        ZipError::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => torn("ends early"),
        ZipError::Io(error) => ItemError::from(error),
        ZipError::UnsupportedArchive(reason) => damage(format!("cannot be read: {reason}")),
        _ => torn("is damaged: it does not begin as the directory of the zip says"),
    }
}

/// The error of a member that cannot be unpacked. The crate has one kind for all damage.
fn unpacking(error: &io::Error) -> ItemError {
    let text = error.to_string();
    match error.kind() {
        io::ErrorKind::UnexpectedEof => torn("ends early"),
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput if text.contains("checksum") => {
            torn("is damaged: it has a wrong checksum")
        }
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput if text.contains("larger") => {
            torn("is damaged: it has more bytes than the zip says")
        }
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
            torn("is damaged: its compressed data cannot be unpacked")
        }
        _ => ItemError::from(error),
    }
}

fn unsupported(message: impl Into<String>) -> ItemError {
    ItemError { kind: "unsupported", ..ItemError::io(message) }
}
