//! A list of paths, read as it is needed.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use super::Input;

/// What stands between two paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separator {
    /// A newline, with or without a carriage return before it.
    Newline,
    /// A zero byte: `find -print0`.
    Null,
}

/// The paths of a list; empty lines are none.
pub struct List {
    name: PathBuf,
    reader: Option<Box<dyn BufRead + Send>>,
    separator: Separator,
}

impl List {
    /// Whether it comes from stdin, where no picture can then come from.
    pub(super) fn is_stdin(&self) -> bool {
        self.name.as_os_str() == super::STDIN
    }

    /// The list in the file at `path`, or on stdin for `-`.
    ///
    /// # Errors
    /// If the file cannot be opened.
    pub fn open(path: &Path, separator: Separator) -> io::Result<Self> {
        let reader: Box<dyn BufRead + Send> = if path.as_os_str() == super::STDIN {
            Box::new(BufReader::new(io::stdin()))
        } else {
            Box::new(BufReader::new(File::open(path)?))
        };
        Ok(Self { name: path.to_owned(), reader: Some(reader), separator })
    }

    fn read(&mut self) -> io::Result<Option<PathBuf>> {
        let Some(reader) = &mut self.reader else { return Ok(None) };
        let end = if self.separator == Separator::Null { 0 } else { b'\n' };
        loop {
            let mut bytes = Vec::new();
            if reader.read_until(end, &mut bytes)? == 0 {
                return Ok(None);
            }
            if bytes.last() == Some(&end) {
                bytes.pop();
            }
            if self.separator == Separator::Newline && bytes.last() == Some(&b'\r') {
                bytes.pop();
            }
            if !bytes.is_empty() {
                return path(bytes).map(Some);
            }
        }
    }
}

impl Iterator for List {
    type Item = Result<PathBuf, Input>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose().map(|path| {
            path.map_err(|error| {
                // What follows cannot be found any more.
                self.reader = None;
                let message = format!("the list cannot be read: {error}");
                Input::Unreadable { path: self.name.clone(), message, hint: None }
            })
        })
    }
}

impl std::fmt::Debug for List {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("List").field("name", &self.name).finish_non_exhaustive()
    }
}

/// A path of any bytes, where paths are bytes.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it may fail")]
fn path(bytes: Vec<u8>) -> io::Result<PathBuf> {
    use std::os::unix::ffi::OsStringExt;
    Ok(OsString::from_vec(bytes).into())
}

/// A path in UTF-8.
#[cfg(not(unix))]
fn path(bytes: Vec<u8>) -> io::Result<PathBuf> {
    let text = String::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
    Ok(OsString::from(text).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &'static [u8], separator: Separator) -> Vec<PathBuf> {
        let list = List { name: "list".into(), reader: Some(Box::new(text)), separator };
        list.map(Result::unwrap).collect()
    }

    #[test]
    fn lines_with_any_ending() {
        let found = paths(b"a b.jpg\r\n\nc.jpg\nlast", Separator::Newline);
        assert_eq!(found, ["a b.jpg", "c.jpg", "last"].map(PathBuf::from));
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
