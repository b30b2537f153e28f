//! What a file is that is not a picture. For error messages only.

/// Files that people mistake for pictures: offset, magic bytes, name with its article.
#[rustfmt::skip]
const SIGNATURES: [(usize, &[u8], &str); 17] = [
    (0, b"%PDF", "a PDF document"), (0, b"%!PS", "a PostScript document"),
    (0, b"PK\x03\x04", "a ZIP archive"), (0, b"\x1f\x8b", "gzip data"), (0, b"BZh", "bzip2 data"),
    (0, b"\xfd7zXZ\0", "xz data"), (0, b"\x28\xb5\x2f\xfd", "zstd data"), (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (257, b"ustar", "a tar archive"), (0, b"\x7fELF", "a program"), (0, b"MZ", "a program"),
    (4, b"ftyp", "a video"), (0, b"\x1aE\xdf\xa3", "a video"), (8, b"AVI ", "a video"), (8, b"WAVE", "a sound"),
    (0, b"ID3", "a sound"), (0, b"OggS", "a sound"),
];

/// What `bytes`, which are not a picture, seem to be.
pub(super) fn describe(bytes: &[u8]) -> &'static str {
    let matches = |(offset, magic, _): &&(usize, &[u8], &str)| {
        bytes.get(*offset..).is_some_and(|rest| rest.starts_with(magic))
    };
    if let Some((.., name)) = SIGNATURES.iter().find(matches) {
        return name;
    }
    if bytes.is_empty() {
        return "the file is empty";
    }
    let head = &bytes[..bytes.len().min(1024)];
    if head.iter().all(|&byte| byte == 0) {
        return "zero bytes";
    }
    match leading_text(head) {
        Some(text) => describe_text(text),
        None => "unknown data",
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

fn describe_text(text: &str) -> &'static str {
    let start = text.trim_start_matches('\u{feff}').trim_start().to_ascii_lowercase();
    if start.starts_with("<!doctype html") || start.starts_with("<html") {
        "an HTML page"
    } else if start.contains("<svg") {
        "an SVG drawing"
    } else if start.starts_with("version https://git-lfs") {
        "a Git LFS pointer, whose content was not fetched"
    } else {
        "text"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_may_be_cut_inside_a_character() {
        let text = format!("a{}", "\u{e9}".repeat(600));
        assert_eq!(describe(text.as_bytes()), "text");
    }
}
