//! A file of paths and labels: read whole, within a limit, and told apart.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::error::Fault;
use crate::encoding::other_than_utf8;
use crate::inputs::collections::begins_tar;
use crate::inputs::input::{STDIN, is_stream};

/// The most bytes that are read: several million lines.
const LARGEST: u64 = 512 << 20;

/// How many bytes tell what a file is: more than a block of zstd, which is unpacked as a whole.
const BEGINNING: u64 = 1 << 18;

/// The bytes at `path`, without a byte order mark; `-` is stdin.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Fault> {
    let text = if path.as_os_str() == STDIN {
        read_from(&mut io::stdin().lock())
    } else {
        read_from(&mut File::open(path).map_err(Fault::Io)?)
    };
    text.map_err(|fault| match fault {
        // Another name would not help.
        Fault::Unnamed { ending } if path.as_os_str() == STDIN || is_stream(path) => {
            Fault::Stream { holds: Some(ending) }
        }
        fault => fault,
    })
}

fn read_from(file: &mut impl Read) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    file.take(BEGINNING).read_to_end(&mut bytes).map_err(Fault::Io)?;
    if let Some(ending) = collection(&bytes) {
        return Err(Fault::Unnamed { ending });
    }
    if let Some(encoding) = other_than_utf8(&bytes) {
        return Err(Fault::Encoding(encoding.name));
    }
    if bytes.contains(&0) {
        return Err(Fault::NotText);
    }
    file.take(LARGEST).read_to_end(&mut bytes).map_err(Fault::Io)?;
    if bytes.len() as u64 > LARGEST {
        return Err(Fault::TooLarge { limit: LARGEST });
    }
    if bytes.starts_with(b"\xef\xbb\xbf") {
        bytes.drain(..3);
    }
    Ok(bytes)
}

/// The ending that the name of the file at `path` should have, because it holds many pictures; `None` if that cannot be told.
pub fn missing_ending(path: &Path) -> Option<&'static str> {
    let file = (path.is_file() && !is_stream(path)).then(|| File::open(path).ok()).flatten()?;
    let mut bytes = Vec::new();
    file.take(BEGINNING).read_to_end(&mut bytes).ok()?;
    collection(&bytes)
}

/// The ending of files that begin so and hold many pictures.
fn collection(start: &[u8]) -> Option<&'static str> {
    let is_tar = start.get(257..262) == Some(b"ustar") || begins_tar(start);
    let kinds =
        [(is_tar, "tar"), (start.starts_with(b"PK\x03\x04"), "zip"), (start.starts_with(b"PAR1"), "parquet")];
    kinds.into_iter().find_map(|(is_it, ending)| is_it.then_some(ending))
}

/// What separates the columns, if it is a table: by its ending, or by its first line. A list separates path and label by
/// spaces.
pub(super) fn delimiter(text: &[u8], path: &Path) -> Option<u8> {
    let mut lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let first = lines.find(|line| !line.is_empty()).unwrap_or_default();
    let is_csv = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
    if first.contains(&b'\t') {
        return Some(b'\t');
    }
    if !is_csv && first.contains(&b' ') {
        return None;
    }
    [b',', b';'].into_iter().find(|delimiter| first.contains(delimiter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_and_lists_are_told_apart() {
        for (name, text, expected) in [
            ("a.csv", "path,label\n", Some(b',')),
            ("a.CSV", "my cat.jpg,tabby cat\n", Some(b',')),
            ("a.csv", "path;label\n", Some(b';')),
            ("a.txt", "\n\na.jpg,tabby\n", Some(b',')),
            ("a.tsv", "my cat.jpg\ttabby, tabby cat\n", Some(b'\t')),
            ("val.txt", "a,b.jpg 65\n", None),
            ("val.txt", "a.jpg 65\n", None),
            ("a.csv", "a.jpg 65\n", None),
            ("-", "", None),
        ] {
            assert_eq!(delimiter(text.as_bytes(), Path::new(name)), expected, "{name}: {text}");
        }
    }

    #[test]
    fn what_is_no_list_is_refused_at_its_beginning() {
        let fault = |bytes: &[u8]| read_from(&mut &bytes[..]).unwrap_err().to_string();
        assert!(fault(b"\xff\xfea\0.\0").contains("it is UTF-16"));
        assert!(fault(b"\x89PNG\r\n\x1a\n\0\0").contains("it is not text"));
        assert!(read_from(&mut io::repeat(0)).is_err(), "/dev/zero never ends");
        assert_eq!(read_from(&mut &b"\xef\xbb\xbfa 1"[..]).unwrap(), b"a 1");
    }
}
