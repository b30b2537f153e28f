//! The members at the front of a zip whose directory is missing or damaged, by the header that each of them begins with.

use std::io::{Read, Seek, SeekFrom};

use zip::ZipReadOptions;
use zip::read::{ZipFile, read_zipfile_from_stream_with_options};
use zip::result::{ZipError, ZipResult};

use super::super::reading::{damage, torn};
use super::entry::{Entry, Members, Reader};
use crate::pixels;
use crate::record::ItemError;

/// The first bytes of a member.
const SIGNATURE: &[u8; 4] = b"PK\x03\x04";

pub(super) struct Front {
    reader: Reader,
    /// Where the next member begins.
    at: u64,
    /// The size of the file.
    size: u64,
}

/// Where a member begins, and where the next one does.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    begin: u64,
    end: u64,
}

impl Front {
    /// # Errors
    /// If the file is not a zip.
    pub(super) fn new(mut reader: Reader) -> Result<Self, ItemError> {
        let mut start = vec![];
        let size = reader
            .seek(SeekFrom::End(0))
            .and_then(|size| reader.rewind().map(|()| size))
            .and_then(|size| (&mut reader).take(512).read_to_end(&mut start).map(|_| size))
            .map_err(|error| ItemError::from(&error))?;
        if size == 0 {
            return Err(torn("is empty, not a zip"));
        }
        if !start.starts_with(SIGNATURE) {
            let (kind, hint) = pixels::describe(&start);
            return Err(ItemError { hint, ..damage(format!("is not a zip: {kind}")) });
        }
        Ok(Self { reader, at: 0, size })
    }

    pub(super) fn rewind(&mut self) {
        self.at = 0;
    }

    fn read(&mut self, at: u64) -> ZipResult<Option<ZipFile<'_, Reader>>> {
        self.reader.seek(SeekFrom::Start(at))?;
        let options = ZipReadOptions::new().ignore_encryption_flag(true);
        read_zipfile_from_stream_with_options(&mut self.reader, options)
    }
}

impl Members for Front {
    type Place = Place;

    /// The directory, or what cannot be read, ends the members.
    fn next_entry(&mut self) -> Option<Result<Entry<Place>, ItemError>> {
        let begin = self.at;
        let entry = Entry::new(&self.read(begin).ok()??.entry());
        // The rest of the member has been read.
        let end = self.reader.stream_position().ok()?;
        self.at = end;
        Some(Ok(entry.at(Place { begin, end })))
    }

    fn open<'a>(&'a mut self, place: &'a Place) -> ZipResult<ZipFile<'a, Reader>> {
        self.read(place.begin)?.ok_or(ZipError::FileNotFound)
    }

    fn is_last(&self, place: &Place) -> bool {
        place.end >= self.size
    }
}
