//! The lines of a file that may hold anything: in bounded memory, and with the place of each.

use std::io::{self, BufRead, ErrorKind};
use std::ops::Range;

/// The longest line that is kept, bytes. All logits of a checkpoint with a million classes take less.
const LONGEST: usize = 64 << 20;

/// A line, without its end.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// Counted from 1.
    pub number: u64,
    /// Where the zero bytes before it begin: some file systems leave them where a record was lost to a power failure.
    pub zeros: u64,
    /// Where its text begins.
    pub start: u64,
    /// Where the next line begins.
    pub end: u64,
    /// What it says; nothing if it is too long.
    pub text: Vec<u8>,
    /// Whether it is too long to be one of ours.
    pub is_too_long: bool,
    /// Whether a newline ends it, and not the file.
    pub is_ended: bool,
}

impl Line {
    /// Where the text lies, with the newline.
    pub(super) fn range(&self) -> Range<u64> {
        self.start..self.end
    }

    /// Where the zero bytes before it lie.
    pub(super) fn zeros(&self) -> Range<u64> {
        self.zeros..self.start
    }

    /// Whether the file ends in these zero bytes.
    pub(super) fn is_only_zeros(&self) -> bool {
        self.zeros < self.start && self.start == self.end
    }

    fn push(&mut self, bytes: &[u8]) {
        self.is_too_long |= self.text.len() + bytes.len() > LONGEST;
        if self.is_too_long {
            self.text = Vec::new();
        } else {
            self.text.extend_from_slice(bytes);
        }
    }
}

/// Reads lines.
pub(super) struct Lines<'a> {
    file: &'a mut dyn BufRead,
    /// How many lines were read.
    count: u64,
    /// Where the next one begins.
    at: u64,
}

impl<'a> Lines<'a> {
    pub(super) fn new(file: &'a mut dyn BufRead) -> Self {
        Self { file, count: 0, at: 0 }
    }

    /// Where what has been read ends.
    pub(super) fn end(&self) -> u64 {
        self.at
    }

    /// The next line. The last one may be empty text after zeros.
    pub(super) fn next(&mut self) -> io::Result<Option<Line>> {
        let mut line = Line { number: self.count + 1, zeros: self.at, start: self.at, ..Line::default() };
        let mut has_text = false;
        loop {
            let bytes = match self.file.fill_buf() {
                Ok(bytes) => bytes,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let zeros =
                if has_text { 0 } else { bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len()) };
            let text = &bytes[zeros..];
            let newline = memchr::memchr(b'\n', text);
            let is_last = bytes.is_empty();
            let taken = newline.map_or(text.len(), |newline| newline + 1);
            line.start += zeros as u64;
            has_text |= !text.is_empty();
            line.push(&text[..newline.unwrap_or(text.len())]);
            self.file.consume(zeros + taken);
            self.at += (zeros + taken) as u64;
            line.is_ended = newline.is_some();
            if line.is_ended || is_last {
                line.end = self.at;
                self.count += 1;
                return Ok((line.zeros < line.end).then_some(line));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Read};

    use super::*;

    fn lines(bytes: impl Read, capacity: usize) -> Vec<Line> {
        let mut file = BufReader::with_capacity(capacity, bytes);
        let mut lines = Lines::new(&mut file);
        std::iter::from_fn(|| lines.next().unwrap()).collect()
    }

    #[test]
    fn lines_know_their_places_however_they_are_read() {
        for capacity in [1, 2, 3, 64] {
            let found = lines(&b"ab\n\0\0\0c\0d\r\n\nlast"[..], capacity);
            let shape = |line: &Line| (line.zeros, line.range(), line.text.clone(), line.is_ended);
            assert_eq!(
                found.iter().map(shape).collect::<Vec<_>>(),
                [
                    (0, 0..3, b"ab".to_vec(), true),
                    (3, 6..11, b"c\0d\r".to_vec(), true),
                    (11, 11..12, vec![], true),
                    (12, 12..16, b"last".to_vec(), false),
                ]
            );
            assert_eq!(found.iter().map(|line| line.number).collect::<Vec<_>>(), [1, 2, 3, 4]);
            let [only] = &lines(&b"\0\0"[..], capacity)[..] else { panic!("one line") };
            assert_eq!((only.zeros(), only.range(), only.is_ended), (0..2, 2..2, false));
            assert!(lines(&b""[..], capacity).is_empty());
        }
    }

    /// A sparse file, or one that is no text: neither takes more memory than the longest line.
    #[test]
    fn what_has_no_lines_is_not_kept() {
        let length = LONGEST as u64 + 1;
        let [zeros] = &lines(io::repeat(0).take(length), 1 << 16)[..] else { panic!("one line") };
        assert_eq!((zeros.zeros(), zeros.text.capacity()), (0..length, 0));
        let noise = io::repeat(b'x').take(length).chain(&b"\nnext\n"[..]);
        let [noise, next] = &lines(noise, 1 << 16)[..] else { panic!("two lines") };
        assert!(noise.is_too_long && noise.text.capacity() == 0);
        assert_eq!((next.start, &next.text[..]), (length + 1, &b"next"[..]));
    }
}
