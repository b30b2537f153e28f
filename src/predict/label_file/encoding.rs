//! Bytes to text, in one encoding only: names in another would be wrong letter by letter.

use crate::encoding::other_than_utf8;

/// An encoding that is not read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct OtherEncoding {
    /// As people call it.
    pub name: &'static str,
    /// As `iconv` calls it.
    pub iconv: Option<&'static str>,
}

/// The text without a byte order mark, its lines ended by `\n`.
pub(super) fn text(bytes: &[u8]) -> Result<String, OtherEncoding> {
    let other = |name, iconv| Err(OtherEncoding { name, iconv });
    if let Some(encoding) = other_than_utf8(bytes) {
        return other(encoding.name, Some(encoding.iconv));
    }
    if bytes.contains(&0) {
        return other("binary data", None);
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return other("another encoding, such as Latin-1", Some("LATIN1"));
    };
    Ok(text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_line_ends_are_not_part_of_names() {
        assert_eq!(text("\u{feff}a\r\nb\rc\n".as_bytes()).unwrap(), "a\nb\nc\n");
        assert_eq!(text(b"").unwrap(), "");
    }

    #[test]
    fn other_encodings_are_named() {
        let found = |bytes: &[u8]| text(bytes).unwrap_err();
        assert_eq!(found(b"c\0a\0t\0"), OtherEncoding { name: "UTF-16", iconv: Some("UTF-16LE") });
        assert_eq!(found(b"caf\xe9\n").iconv, Some("LATIN1"));
        assert_eq!(found(b"\x93NUMPY\x01\0v\0").name, "binary data");
    }
}
