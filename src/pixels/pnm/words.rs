//! The numbers in the text of a PNM.

use crate::pixels::error::DecodeError;
use crate::pixels::job::Job;

/// Characters of a PNM, without its comments: from `#` to the end of the line. A comment does not end a number.
pub(super) struct Words<'a> {
    job: &'a Job<'a>,
    /// Where the next character is.
    pub(super) at: usize,
}

/// More than any size or sample has.
const MAX_DIGITS: usize = 9;

impl<'a> Words<'a> {
    pub(super) fn new(job: &'a Job<'a>, at: usize) -> Self {
        Self { job, at }
    }

    /// The next number, and the white space that ends it.
    pub(super) fn number(&mut self) -> Result<u32, DecodeError> {
        let (mut value, mut digits) = (0, 0);
        while let Some(byte) = self.next() {
            match byte {
                b'0'..=b'9' if digits == MAX_DIGITS => {
                    return Err(self.job.damaged(format!("a number of more than {MAX_DIGITS} digits")));
                }
                b'0'..=b'9' => (value, digits) = (10 * value + u32::from(byte - b'0'), digits + 1),
                _ if !is_space(byte) => return Err(unexpected(self.job, byte, "a number")),
                _ if digits > 0 => break,
                _ => {}
            }
        }
        if digits == 0 { Err(self.job.ends_early()) } else { Ok(value) }
    }

    /// The next digit of a bilevel picture, whose digits need no space between them.
    pub(super) fn bit(&mut self) -> Result<u8, DecodeError> {
        loop {
            match self.next().ok_or_else(|| self.job.ends_early())? {
                bit @ (b'0' | b'1') => return Ok(bit - b'0'),
                byte if is_space(byte) => {}
                byte => return Err(unexpected(self.job, byte, "0 or 1")),
            }
        }
    }

    /// The next character.
    fn next(&mut self) -> Option<u8> {
        let bytes = self.job.bytes;
        while bytes.get(self.at) == Some(&b'#') {
            let length = bytes[self.at..].iter().position(|byte| matches!(byte, b'\r' | b'\n'));
            self.at = length.map_or(bytes.len(), |length| self.at + length + 1);
        }
        self.at += 1;
        bytes.get(self.at - 1).copied()
    }
}

pub(super) fn unexpected(job: &Job, byte: u8, expected: &str) -> DecodeError {
    job.damaged(format!("`{}` where {expected} is expected", byte.escape_ascii()))
}

/// As C's `isspace`.
fn is_space(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == 0x0b
}
