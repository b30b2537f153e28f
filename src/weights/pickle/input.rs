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

    /// An unsigned integer of one or two bytes.
    pub(super) fn int(&mut self, len: usize) -> Result<i64, Fault> {
        Ok(self.take(len)?.iter().rev().fold(0, |int, &byte| int << 8 | i64::from(byte)))
    }

    pub(super) fn u32(&mut self) -> Result<u32, Fault> {
        Ok(self.take(4)?.iter().rev().fold(0, |int, &byte| int << 8 | u32::from(byte)))
    }

    /// A signed integer, after its length in bytes (one byte).
    pub(super) fn long(&mut self) -> Result<i64, Fault> {
        let len = self.u8()?.into();
        let bytes = self.take(len)?;
        if len > 8 {
            return Err(self.damaged(format!("has an integer of {len} bytes, expected at most 8")));
        }
        let sign = if bytes.last().is_some_and(|byte| byte >> 7 == 1) { -1 } else { 0 };
        Ok(bytes.iter().rev().fold(sign, |int, &byte| int << 8 | i64::from(byte)))
    }

    /// UTF-8 text, after its length in bytes (four bytes).
    pub(super) fn text(&mut self) -> Result<&'a str, Fault> {
        let len = self.u32()? as usize;
        let text = self.take(len)?;
        str::from_utf8(text).map_err(|_| self.damaged("has a string that is not UTF-8"))
    }

    /// Text up to the next line feed, which is consumed too.
    pub(super) fn line(&mut self) -> Result<&'a str, Fault> {
        let rest = &self.bytes[self.position..];
        let end =
            rest.iter().position(|&byte| byte == b'\n').ok_or_else(|| self.damaged("ends within a line"))?;
        self.position += end + 1;
        str::from_utf8(&rest[..end]).map_err(|_| self.damaged("has a name that is not UTF-8"))
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
