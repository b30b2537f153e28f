//! Text in other encodings than UTF-8, told by how it begins.

/// An encoding that is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OtherEncoding {
    /// As people call it.
    pub name: &'static str,
    /// As `iconv` calls it.
    pub iconv: &'static str,
}

const UTF_16: OtherEncoding = OtherEncoding { name: "UTF-16", iconv: "UTF-16" };
const UTF_32: OtherEncoding = OtherEncoding { name: "UTF-32", iconv: "UTF-32" };

/// The encoding that a byte order mark names.
pub(crate) fn marked(start: &[u8]) -> Option<OtherEncoding> {
    match start {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => Some(UTF_32),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => Some(UTF_16),
        _ => None,
    }
}

/// The encoding of text that begins with a byte order mark, or with two Latin letters between zeros.
pub(crate) fn other_than_utf8(start: &[u8]) -> Option<OtherEncoding> {
    marked(start).or(match start {
        [first, 0, second, 0, ..] if *first != 0 && *second != 0 => {
            Some(OtherEncoding { iconv: "UTF-16LE", ..UTF_16 })
        }
        [0, first, 0, second, ..] if *first != 0 && *second != 0 => {
            Some(OtherEncoding { iconv: "UTF-16BE", ..UTF_16 })
        }
        [first, 0, 0, 0, second, 0, 0, 0, ..] if *first != 0 && *second != 0 => {
            Some(OtherEncoding { iconv: "UTF-32LE", ..UTF_32 })
        }
        [0, 0, 0, first, 0, 0, 0, second, ..] if *first != 0 && *second != 0 => {
            Some(OtherEncoding { iconv: "UTF-32BE", ..UTF_32 })
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_with_and_without_marks() {
        let iconv = |start: &[u8]| other_than_utf8(start).map(|encoding| encoding.iconv);
        assert_eq!(iconv(b"\xff\xfec\0a\0t\0"), Some("UTF-16"));
        assert_eq!(iconv(b"\xfe\xff\0c\0a\0t"), Some("UTF-16"));
        assert_eq!(iconv(b"c\0a\0t\0"), Some("UTF-16LE"));
        assert_eq!(iconv(b"\0c\0a\0t"), Some("UTF-16BE"));
        assert_eq!(iconv(b"\xff\xfe\0\0c\0\0\0"), Some("UTF-32"));
        assert_eq!(iconv(b"\0\0\xfe\xff\0\0\0c"), Some("UTF-32"));
        assert_eq!(iconv(b"c\0\0\0a\0\0\0"), Some("UTF-32LE"));
        assert_eq!(iconv(b"\0\0\0c\0\0\0a"), Some("UTF-32BE"));
        for other in [&b""[..], b"cat", b"\xef\xbb\xbfcat", b"\0\0\0\0\0\0\0\0", b"cat.jpg\0dog.jpg\0"] {
            assert_eq!(iconv(other), None, "{other:?}");
        }
        assert_eq!(marked(b"c\0a\0t\0"), None);
    }
}
