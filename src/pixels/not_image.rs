//! What a file is that is not a picture. For error messages only.

use crate::record::Archive::{Compressed, SevenZip, Tar};
use crate::record::ItemHint;
use crate::record::ItemHint::{
    CopyAgain, Draw, DrawPages, FetchPicture, FindPictures, PullLfs, ReadList, Rename, TakeFrame, Unpack,
};

/// What a file is, with its article, and what makes a picture of it.
type Kind = (&'static str, ItemHint);

/// Files that people mistake for pictures: offset, magic bytes, what they are.
#[rustfmt::skip]
const SIGNATURES: [(usize, &[u8], Kind); 18] = [
    (0, b"%PDF", ("a PDF document", DrawPages)), (0, b"%!PS", ("a PostScript document", Draw)),
    (0, b"PK\x03\x04", ("a ZIP archive", Rename("zip"))), (0, b"PAR1", ("a Parquet file", Rename("parquet"))), (0, b"\x1f\x8b", ("gzip data", Unpack(Compressed("gzip")))),
    (0, b"BZh", ("bzip2 data", Unpack(Compressed("bzip2")))), (0, b"\xfd7zXZ\0", ("xz data", Unpack(Compressed("xz")))),
    (0, b"\x28\xb5\x2f\xfd", ("zstd data", Unpack(Compressed("zstd")))), (0, b"7z\xbc\xaf\x27\x1c", ("a 7z archive", Unpack(SevenZip))),
    (257, b"ustar", ("a tar archive", Unpack(Tar))), (0, b"\x7fELF", ("a program", FindPictures)), (0, b"MZ", ("a program", FindPictures)),
    (4, b"ftyp", ("a video", TakeFrame)), (0, b"\x1aE\xdf\xa3", ("a video", TakeFrame)), (8, b"AVI ", ("a video", TakeFrame)),
    (8, b"WAVE", ("a sound", FindPictures)), (0, b"ID3", ("a sound", FindPictures)), (0, b"OggS", ("a sound", FindPictures)),
];

/// What `bytes`, which are not a picture, seem to be.
pub(super) fn describe(bytes: &[u8]) -> Kind {
    let matches = |(offset, magic, _): &&(usize, &[u8], Kind)| {
        bytes.get(*offset..).is_some_and(|rest| rest.starts_with(magic))
    };
    if let Some((.., kind)) = SIGNATURES.iter().find(matches) {
        return *kind;
    }
    if bytes.is_empty() {
        return ("the file is empty", CopyAgain);
    }
    let head = &bytes[..bytes.len().min(1024)];
    if head.iter().all(|&byte| byte == 0) {
        return ("zero bytes", CopyAgain);
    }
    match leading_text(head) {
        Some(text) => describe_text(text),
        None => ("unknown data", FindPictures),
    }
}

/// `head` as text, without a character that its end cuts in two; `None` if it is not text.
fn leading_text(head: &[u8]) -> Option<&str> {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    let is_text = !text.chars().any(|c| c.is_control() && !c.is_whitespace());
    is_text.then_some(text)
}

fn describe_text(text: &str) -> Kind {
    let start = text.trim_start_matches('\u{feff}').trim_start().to_ascii_lowercase();
    if start.starts_with("<!doctype html") || start.starts_with("<html") {
        ("an HTML page", FetchPicture)
    } else if start.contains("<svg") {
        ("an SVG drawing", Draw)
    } else if start.starts_with("version https://git-lfs") {
        ("a Git LFS pointer, whose content was not fetched", PullLfs)
    } else {
        ("text", ReadList)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_may_be_cut_inside_a_character() {
        let text = format!("a{}", "\u{e9}".repeat(600));
        assert_eq!(describe(text.as_bytes()), ("text", ReadList));
    }
}
