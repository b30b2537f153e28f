//! A path of any bytes as a line of JSON.
//!
//! A byte that is not UTF-8 is written as Python's `os.fsdecode` has it: 0xE9 as `\udce9`. So `open(json.loads(line))` opens any file.

use std::fmt::Write;
use std::path::Path;

use serde::de::{Deserializer, Error, Visitor};

/// The line of `path`, with its end.
pub(super) fn line(path: &Path) -> String {
    let mut line = "\"".to_owned();
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        let text = serde_json::to_string(chunk.valid()).unwrap_or_else(|_| unreachable!("text"));
        line.push_str(&text[1..text.len() - 1]);
        for byte in chunk.invalid() {
            let _ = write!(line, "\\udc{byte:02x}");
        }
    }
    line + "\"\n"
}

/// The bytes of the path in a line without its end. Or what is wrong with it.
pub(super) fn read(line: &[u8]) -> Result<Vec<u8>, String> {
    let mut json = serde_json::Deserializer::from_slice(line);
    let found = json.deserialize_bytes(Wtf8).map_err(|error| error.to_string())?;
    json.end().map_err(|error| error.to_string())?;
    Ok(found)
}

/// Takes the bytes of a string: `serde_json` gives a lone surrogate as the three bytes that UTF-8 would have for it.
struct Wtf8;

impl Visitor<'_> for Wtf8 {
    type Value = Vec<u8>;

    fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("a path in quotes")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Vec<u8>, E> {
        self.visit_bytes(text.as_bytes())
    }

    fn visit_bytes<E: Error>(self, mut bytes: &[u8]) -> Result<Vec<u8>, E> {
        let mut path = Vec::with_capacity(bytes.len());
        while let [first, rest @ ..] = bytes {
            // U+DC80 to U+DCFF.
            if let [0xED, high @ 0xB2..=0xB3, low @ 0x80..=0xBF, rest @ ..] = bytes {
                path.push((high - 0xB0) << 6 | low & 0x3F);
                bytes = rest;
            } else {
                path.push(*first);
                bytes = rest;
            }
        }
        Ok(path)
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    #[test]
    fn every_name_comes_back() {
        let names: [&[u8]; 6] = [
            b"a.jpg",
            b"caf\xe9 \xff\x80.jpg",
            "caf\u{e9} \u{1f408}.jpg".as_bytes(),
            b"a\nb\"c\\d",
            b"",
            b"\xed\xb2\x80",
        ];
        for name in names {
            let line = line(Path::new(OsStr::from_bytes(name)));
            assert_eq!(line.matches('\n').count(), 1, "{line}");
            assert_eq!(read(line.trim_end().as_bytes()).unwrap(), name, "{line}");
        }
    }

    /// `json.dumps(os.fsdecode(b"caf\xe9"))`
    #[test]
    fn python_opens_it() {
        assert_eq!(line(Path::new(OsStr::from_bytes(b"caf\xe9"))), "\"caf\\udce9\"\n");
    }

    #[test]
    fn what_is_no_path_is_named() {
        for line in [&b"a.jpg"[..], b"\"a", b"3", b"\"a\" \"b\"", b""] {
            assert!(read(line).is_err(), "{line:?}");
        }
    }
}
