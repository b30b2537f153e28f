//! The members that the directory of a zip lists, in its order.

use std::fs::File;
use std::io::{self, BufReader};

use zip::ZipReadOptions;
use zip::read::{ArchiveOffset, Config, OwnedZipFileEntry, ZipFile};
use zip::result::{ZipError, ZipResult};
use zip::unstable::read::{ZipIterable, ZipIterableFiles};

use super::super::reading::torn;
use super::entry::{Entry, Members, Reader};
use crate::record::ItemError;

/// Finds the directory of a file, which may begin with something else, such as a program that unpacks it.
pub(super) fn open(file: &File) -> ZipResult<ZipIterable<Reader>> {
    let open =
        |archive_offset| ZipIterable::try_new(BufReader::new(file.try_clone()?), Config { archive_offset });
    // Detection goes wrong on some files that begin with their first member (src/weights/torch/archive.rs).
    if let Ok(mut zip) = open(ArchiveOffset::Known(0))
        && zip.files()?.next().is_none_or(|first| first.is_ok())
    {
        return Ok(zip);
    }
    let mut zip = open(ArchiveOffset::Detect)?;
    if let Some(Err(error)) = zip.files()?.next() { Err(error) } else { Ok(zip) }
}

impl Members for ZipIterableFiles<Reader> {
    type Place = OwnedZipFileEntry;

    fn next_entry(&mut self) -> Option<Result<Entry<Self::Place>, ItemError>> {
        let entry = match self.next()? {
            Ok(entry) => entry,
            Err(ZipError::Io(error)) if error.kind() != io::ErrorKind::UnexpectedEof => {
                return Some(Err(ItemError::from(&error)));
            }
            Err(_) => return Some(Err(torn("has a damaged directory: members may be missing"))),
        };
        Some(Ok(Entry::new(&entry).at(entry.into())))
    }

    fn open<'a>(&'a mut self, place: &'a Self::Place) -> ZipResult<ZipFile<'a, Reader>> {
        place.as_ref().with_reader(self.reader_mut(), ZipReadOptions::new().ignore_encryption_flag(true))
    }

    fn is_last(&self, _place: &Self::Place) -> bool {
        false
    }
}
