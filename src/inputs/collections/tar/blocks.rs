//! The blocks of a tar: where it is damaged, where it ends, and where another one follows.

use std::io::{self, Read};

use super::super::reading::{damage, torn};
use super::compressed::Fault;
use super::source::Source;
use crate::pixels;
use crate::record::{Archive, ItemError, ItemHint};

pub(super) const BLOCK: usize = 512;

/// The most blocks of zeros that are read after the end of a tar: 64 MiB. `/dev/zero` never ends.
const MOST_ZEROS: u64 = 1 << 17;

/// A tar, read from its first block to its last.
pub(super) struct Blocks {
    source: Source,
    /// Bytes read, after decompression.
    position: u64,
    /// Bytes of the last member, and of its padding, that have not been read.
    unread: u64,
    /// Where the last tar ended, if no other has begun.
    end: Option<u64>,
}

impl Blocks {
    pub(super) fn new(source: Source) -> Self {
        Self { source, position: 0, unread: 0, end: None }
    }

    /// The next header, with a valid checksum; `None` at the end. Another tar may follow the end of one.
    pub(super) fn header(&mut self) -> Result<Option<tar::Header>, ItemError> {
        self.skip_rest()?;
        let mut zeros = 0;
        loop {
            let mut header = tar::Header::new_old();
            let start = self.position;
            let length = self.fill(header.as_mut_bytes())?;
            let bytes = &header.as_bytes()[..length];
            let is_zero = bytes.iter().all(|byte| *byte == 0);
            match length {
                0 if start == 0 => return Err(damage("is empty, not a tar")),
                _ if self.end.is_some() && length < BLOCK && is_zero => return Ok(None),
                0 => {
                    return Err(damage(format!(
                        "has no end marker after byte {start}: members may be missing"
                    )));
                }
                _ if is_valid(&header) && length == BLOCK => {
                    self.end = None;
                    return Ok(Some(header));
                }
                BLOCK if is_zero && zeros < MOST_ZEROS => {
                    self.end.get_or_insert(start);
                    zeros += 1;
                }
                BLOCK if is_zero => return Err(damage("is followed by more than 64 MiB of zeros")),
                _ => return Err(self.strange(bytes, start)),
            }
        }
    }

    /// The next `size` bytes of the member that the last header has begun.
    pub(super) fn read(&mut self, size: u64) -> Result<Vec<u8>, ItemError> {
        // Takes no more memory than there are bytes, even if the size claims more.
        let mut bytes = Vec::with_capacity(size.min(1 << 20) as usize);
        let read = (&mut self.source).take(size).read_to_end(&mut bytes);
        let length = bytes.len() as u64;
        self.position += length;
        self.unread = self.unread.saturating_sub(length);
        read.map_err(|error| self.failed(&error))?;
        if length < size { Err(self.ends_early()) } else { Ok(bytes) }
    }

    /// Compares the checksum of the compressed data that the last bytes came from, if it has one.
    pub(super) fn check(&mut self) -> Result<(), ItemError> {
        let mut buffer = vec![0; 1 << 16];
        loop {
            match self.source.read_checked(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(count) => self.position += count as u64,
                Err(error) => return Err(self.failed(&error)),
            }
        }
    }

    /// Notes that a member of `size` bytes follows, padded to whole blocks.
    pub(super) fn begin(&mut self, size: u64) -> Result<(), ItemError> {
        // A negative size looks larger than any file.
        if size > i64::MAX as u64 {
            return Err(damage("has a member of an impossible size"));
        }
        self.unread = size.next_multiple_of(BLOCK as u64);
        Ok(())
    }

    /// Notes that the member has another block.
    pub(super) fn prolong(&mut self) {
        self.unread = self.unread.saturating_add(BLOCK as u64);
    }

    fn skip_rest(&mut self) -> Result<(), ItemError> {
        let unread = std::mem::take(&mut self.unread);
        let skipped = self.source.skip(unread).map_err(|error| self.failed(&error))?;
        self.position = self.position.saturating_add(skipped);
        if skipped < unread { Err(self.ends_early()) } else { Ok(()) }
    }

    /// Reads until `block` is full or nothing follows.
    fn fill(&mut self, block: &mut [u8]) -> Result<usize, ItemError> {
        let mut length = 0;
        while length < block.len() {
            match self.source.read(&mut block[length..]) {
                Ok(0) => break,
                Ok(count) => length += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.failed(&error)),
            }
        }
        self.position += length as u64;
        Ok(length)
    }

    /// The error for `bytes` at `start`, which are not a header.
    fn strange(&self, bytes: &[u8], start: u64) -> ItemError {
        let is_tar = bytes.get(257..262) == Some(b"ustar");
        match self.end {
            Some(end) => damage(format!("ends at byte {end}; what follows it at byte {start} is not a tar")),
            None if start == 0 && !is_tar => {
                let (kind, hint) = pixels::describe(bytes);
                ItemError { hint, ..damage(format!("is not a tar: {kind}")) }
            }
            None if bytes.len() < BLOCK => self.ends_early(),
            None => torn(format!("is damaged: the header at byte {start} has a wrong checksum")),
        }
    }

    fn ends_early(&self) -> ItemError {
        torn(format!("ends early, after byte {}: members may be missing", self.position))
    }

    /// An error of the system, or of what is compressed.
    fn failed(&self, error: &io::Error) -> ItemError {
        let fault = error.get_ref().and_then(|error| error.downcast_ref::<Fault>());
        match (fault, self.end) {
            _ if error.kind() == io::ErrorKind::UnexpectedEof => torn(format!(
                "ends early: its compressed data breaks off after byte {} of the tar",
                self.position
            )),
            (None, _) => ItemError::from(error),
            (Some(Fault::Window { .. } | Fault::Dictionary(_)), _) => {
                let hint = Some(ItemHint::Unpack(Archive::Compressed("zstd")));
                ItemError {
                    hint,
                    ..damage(format!("cannot be read after byte {} of the tar: {error}", self.position))
                }
            }
            (Some(Fault::Checksum(_)), _) => torn(format!("is damaged: {error}")),
            (Some(fault), Some(end)) => damage(format!("ends at byte {end} of the tar, but {fault}")),
            (Some(fault), None) => {
                torn(format!("is damaged after byte {} of the tar: {fault}", self.position))
            }
        }
    }
}

/// Whether the checksum is right: of unsigned bytes, or of signed ones, as some old programs wrote it.
fn is_valid(header: &tar::Header) -> bool {
    let bytes = header.as_bytes();
    let counted = bytes[..148].iter().chain(&[b' '; 8]).chain(&bytes[156..]);
    let unsigned: u32 = counted.clone().map(|byte| u32::from(*byte)).sum();
    let signed: i32 = counted.map(|byte| i32::from(byte.cast_signed())).sum();
    header.cksum().is_ok_and(|found| found == unsigned || i64::from(found) == i64::from(signed))
}
