//! The bytes of a pickle, read front to back; every read is checked.

use super::value::Value;
use crate::weights::error::{Fault, TORCH_CHECKPOINT};

/// A pickle, and the position of the next byte to read.
pub(super) struct Input<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> Input<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, position: 0 }
    }

    /// How many bytes have been read.
    pub(super) fn position(&self) -> usize {
        self.position
    }

    /// The next `len` bytes.
    pub(super) fn take(&mut self, len: usize) -> Result<&'a [u8], Fault> {
        let taken = self.bytes[self.position..].get(..len);
        let taken = taken.ok_or_else(|| self.damaged(format!("needs {len} more bytes, but ends")))?;
        self.position += len;
        Ok(taken)
    }

    pub(super) fn u8(&mut self) -> Result<u8, Fault> {
        Ok(self.take(1)?[0])
    }

    /// An unsigned integer of at most four bytes.
    pub(super) fn int(&mut self, len: usize) -> Result<i64, Fault> {
        Ok(self.take(len)?.iter().rev().fold(0, |int, &byte| int << 8 | i64::from(byte)))
    }

    pub(super) fn u32(&mut self) -> Result<u32, Fault> {
        Ok(self.int(4)? as u32)
    }

    /// A block of bytes, after its length: an unsigned integer of `width` bytes.
    pub(super) fn block(&mut self, width: usize) -> Result<&'a [u8], Fault> {
        let len = self.take(width)?.iter().rev().fold(0, |len, &byte| len << 8 | u64::from(byte));
        self.take(usize::try_from(len).unwrap_or(usize::MAX))
    }

    /// UTF-8 text, after its length in `width` bytes.
    pub(super) fn text(&mut self, width: usize) -> Result<&'a str, Fault> {
        let text = self.block(width)?;
        str::from_utf8(text).map_err(|_| self.damaged("has a string that is not UTF-8"))
    }

    /// Text up to the next line feed, which is consumed too.
    pub(super) fn line(&mut self) -> Result<&'a str, Fault> {
        let rest = &self.bytes[self.position..];
        let end = memchr::memchr(b'\n', rest).ok_or_else(|| self.damaged("ends within a line"))?;
        self.position += end + 1;
        str::from_utf8(&rest[..end]).map_err(|_| self.damaged("has a line that is not UTF-8"))
    }

    /// The error for an invalid program.
    pub(super) fn damaged(&self, what: impl AsRef<str>) -> Fault {
        let reason =
            format!("its pickle, at byte {} of {}, {}", self.position, self.bytes.len(), what.as_ref());
        Fault::Damaged { format: TORCH_CHECKPOINT, reason }
    }

    /// The error for a value of the wrong kind.
    pub(super) fn expected(&self, expected: &str, found: &Value<'_>) -> Fault {
        self.damaged(format!("expected {expected}, found {}", found.kind()))
    }
}
