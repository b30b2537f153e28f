//! A list of paths, read as its paths are needed.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use super::input::{Input, STDIN, is_descriptor_of_stdin};
use crate::encoding::{marked, other_than_utf8};
use crate::record::ItemError;

/// What separates two paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separator {
    /// A newline, with or without a carriage return before it.
    Newline,
    /// A zero byte: `find -print0`.
    Null,
}

/// The longest stretch of a list that may hold no path: no system has paths that long, and `/dev/zero` never ends.
const LONGEST: u64 = 1 << 20;

/// The paths in a list. Empty lines are skipped.
pub struct List {
    name: PathBuf,
    reader: Option<Box<dyn BufRead + Send>>,
    separator: Separator,
    /// Whether its first path has been read.
    is_begun: bool,
}

impl List {
    /// Whether the list is read from stdin, which then cannot also be a picture.
    pub(super) fn is_stdin(&self) -> bool {
        self.name.as_os_str() == STDIN
    }

    /// The list in the file at `path`; `-` is stdin, and so is `/dev/stdin`, which would have a buffer of its own.
    ///
    /// # Errors
    /// If the file cannot be opened.
    pub fn open(path: &Path, separator: Separator) -> io::Result<Self> {
        let is_stdin = path.as_os_str() == STDIN || is_descriptor_of_stdin(path);
        let reader: Box<dyn BufRead + Send> = if is_stdin {
            Box::new(BufReader::new(io::stdin()))
        } else {
            Box::new(BufReader::new(File::open(path)?))
        };
        let name = if is_stdin { STDIN.into() } else { path.to_owned() };
        Ok(Self { name, reader: Some(reader), separator, is_begun: false })
    }

    fn read(&mut self) -> io::Result<Option<PathBuf>> {
        let Some(reader) = &mut self.reader else { return Ok(None) };
        let end = if self.separator == Separator::Null { 0 } else { b'\n' };
        let mut reader = reader.take(LONGEST);
        loop {
            let mut bytes = Vec::new();
            let length = reader.read_until(end, &mut bytes)?;
            let is_first = !std::mem::replace(&mut self.is_begun, true);
            if is_first {
                check_beginning(&bytes, self.separator)?;
                if bytes.starts_with(b"\xef\xbb\xbf") {
                    bytes.drain(..3);
                }
            }
            if bytes.last() == Some(&end) {
                bytes.pop();
            } else if reader.limit() == 0 {
                return Err(io::Error::other(format!("no path ends within {LONGEST} bytes")));
            } else if length == 0 {
                return Ok(None);
            }
            if self.separator == Separator::Newline {
                check_zeros(&bytes)?;
                if bytes.last() == Some(&b'\r') {
                    bytes.pop();
                }
            }
            if !bytes.is_empty() {
                return path(bytes).map(Some);
            }
        }
    }
}

/// Refuses, by the bytes before the first separator, an encoding in which paths do not end where they seem to, a picture,
/// and the other separator.
fn check_beginning(bytes: &[u8], separator: Separator) -> io::Result<()> {
    let encoding = match separator {
        Separator::Newline => other_than_utf8(bytes),
        // Names of one letter look like UTF-16.
        Separator::Null => marked(bytes),
    };
    if let Some(encoding) = encoding {
        return Err(io::Error::other(format!("it is {}; save it as UTF-8", encoding.name)));
    }
    if bytes.starts_with(b"\x89PNG") {
        return Err(not_text());
    }
    if separator == Separator::Null && bytes.last() != Some(&0) && bytes.contains(&b'\n') {
        return Err(io::Error::other("its paths end in newlines; leave out -0"));
    }
    Ok(())
}

/// Refuses a line with zero bytes.
fn check_zeros(line: &[u8]) -> io::Result<()> {
    if !line.contains(&0) {
        return Ok(());
    }
    let is_text = line.iter().all(|byte| *byte == 0 || !byte.is_ascii_control());
    Err(if is_text { io::Error::other("its paths end in zero bytes, which -0 is for") } else { not_text() })
}

/// A picture that was given as the list.
fn not_text() -> io::Error {
    io::Error::other("it is not text, expected one path per line")
}

impl Iterator for List {
    type Item = Result<PathBuf, Input>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose().map(|path| {
            path.map_err(|error| {
                // Where the next path begins is unknown.
                self.reader = None;
                let error = ItemError::io(format!("the list cannot be read: {error}"));
                Input::Unreadable { path: self.name.clone(), error }
            })
        })
    }
}

impl std::fmt::Debug for List {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("List").field("name", &self.name).finish_non_exhaustive()
    }
}

/// On Unix a path may be any bytes.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "fails on other systems")]
pub(super) fn path(bytes: Vec<u8>) -> io::Result<PathBuf> {
    use std::os::unix::ffi::OsStringExt;
    Ok(OsString::from_vec(bytes).into())
}

/// Elsewhere a path has to be UTF-8.
#[cfg(not(unix))]
pub(super) fn path(bytes: Vec<u8>) -> io::Result<PathBuf> {
    let text = String::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
    Ok(OsString::from(text).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &'static [u8], separator: Separator) -> Vec<PathBuf> {
        let list = List { name: "list".into(), reader: Some(Box::new(text)), separator, is_begun: false };
        list.map(Result::unwrap).collect()
    }

    #[test]
    fn lines_with_any_ending() {
        let found = paths(b"a b.jpg\r\n\nc.jpg\nlast", Separator::Newline);
        assert_eq!(found, ["a b.jpg", "c.jpg", "last"].map(PathBuf::from));
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_a_path() {
        assert_eq!(
            paths(b"\xef\xbb\xbfa.jpg\nb.jpg\n", Separator::Newline),
            ["a.jpg", "b.jpg"].map(PathBuf::from)
        );
    }

    /// The only item of a list that is refused at its beginning.
    fn refused(text: impl BufRead + Send + 'static, separator: Separator) -> String {
        let list = List { name: "list".into(), reader: Some(Box::new(text)), separator, is_begun: false };
        let found: Vec<_> = list.collect();
        let [Err(Input::Unreadable { error, .. })] = &found[..] else { panic!("{found:?}") };
        error.message.clone()
    }

    #[test]
    fn other_encodings_and_separators_are_refused_once() {
        for (text, reason) in [
            (&b"\xff\xfea\0.\0j\0\n\0b\0\n\0"[..], "it is UTF-16"),
            (b"a\0.\0j\0\n\0b\0\n\0", "it is UTF-16"),
            (b"\0a\0.\0j\0\n\0b\0\n", "it is UTF-16"),
            (b"\xff\xfe\0\0a\0\0\0\n\0\0\0", "it is UTF-32"),
            (b"a\0\0\0b\0\0\0\n\0\0\0", "it is UTF-32"),
            (b"a.jpg\0b.jpg\0c.jpg\nd.jpg\n", "-0 is for"),
            (b"\x89PNG\r\n\x1a\n\0\0", "it is not text"),
            (b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\n", "it is not text"),
        ] {
            let message = refused(text, Separator::Newline);
            assert!(message.contains(reason), "{message}, not {reason}");
        }
        for (text, reason) in [
            (&b"a.jpg\nb.jpg\n"[..], "leave out -0"),
            (b"a.jpg\nb.jpg", "leave out -0"),
            (b"\xff\xfea\0\n\0", "it is UTF-16"),
        ] {
            let message = refused(text, Separator::Null);
            assert!(message.contains(reason), "{message}, not {reason}");
        }
        assert_eq!(paths(b"a\0b\0c", Separator::Null), ["a", "b", "c"].map(PathBuf::from));
        assert_eq!(paths(b"a\nb\0c\nd", Separator::Null), ["a\nb", "c\nd"].map(PathBuf::from));
    }

    /// A pipe hands over what its writer wrote at a time.
    #[test]
    fn a_mark_may_come_in_pieces() {
        let pieces = |pieces: [&'static [u8]; 3]| BufReader::new(pieces[0].chain(pieces[1]).chain(pieces[2]));
        assert!(refused(pieces([b"\xff", b"\xfea", b"\0\n\0"]), Separator::Newline).contains("UTF-16"));
        let reader = Box::new(pieces([b"\xef", b"\xbb", b"\xbfa.jpg\n"]));
        let list = List {
            name: "list".into(),
            reader: Some(reader),
            separator: Separator::Newline,
            is_begun: false,
        };
        assert_eq!(list.map(Result::unwrap).collect::<Vec<_>>(), [PathBuf::from("a.jpg")]);
    }

    /// `/dev/zero`, `yes`, a disk image: none of them ends, and no path comes.
    #[test]
    fn an_endless_list_is_refused_once() {
        for (byte, separator) in [
            (0, Separator::Null),
            (0, Separator::Newline),
            (b'\n', Separator::Newline),
            (b'x', Separator::Newline),
            (b'x', Separator::Null),
        ] {
            let first: &[u8] = if separator == Separator::Null { b"a.jpg\0" } else { b"a.jpg\n" };
            let reader = BufReader::new(first.chain(io::repeat(byte)));
            let mut list =
                List { name: "list".into(), reader: Some(Box::new(reader)), separator, is_begun: false };
            assert!(list.next().unwrap().is_ok(), "{byte} {separator:?}");
            let Some(Err(Input::Unreadable { error, .. })) = list.next() else {
                panic!("{byte} {separator:?}")
            };
            assert!(error.message.contains("no path ends within 1048576 bytes"), "{error:?}");
            assert!(list.next().is_none());
        }
    }

    #[test]
    fn names_with_newlines() {
        let found = paths(b"a\nb.jpg\0\0c\r\0", Separator::Null);
        assert_eq!(found, ["a\nb.jpg", "c\r"].map(PathBuf::from));
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_not_utf_8() {
        use std::os::unix::ffi::OsStrExt;
        let found = paths(b"\xff.jpg\n", Separator::Newline);
        assert_eq!(found[0].as_os_str().as_bytes(), b"\xff.jpg");
    }
}
