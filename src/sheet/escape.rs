//! Text from other sources, escaped so that HTML shows it as it is.

use std::path::Path;

use crate::terminal_text::escape_controls;

/// `text` with every character escaped that HTML or a reader's eye could mistake for something else.
pub(super) fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in escape_controls(text).chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            _ => html.push(c),
        }
    }
    html
}

/// The path as text. Bytes that are not text are written like `\xE9`, so that two different paths do not look the same.
pub(super) fn path_text(path: &Path) -> String {
    let mut text = String::new();
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02X}")));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_shown_and_not_obeyed() {
        assert_eq!(
            escaped("<img src=\"x\" onerror='y'>&amp;"),
            "&lt;img src=&quot;x&quot; onerror=&#39;y&#39;&gt;&amp;amp;"
        );
        assert_eq!(escaped("a\nb\u{202e}gpj"), "a\\nb\\u{202e}gpj");
        assert_eq!(escaped("猫 café"), "猫 café");
    }

    #[cfg(unix)]
    #[test]
    fn paths_that_are_not_text_stay_apart() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;
        let text = |bytes: &[u8]| path_text(Path::new(OsStr::from_bytes(bytes)));
        assert_eq!(text(b"caf\xe9.jpg"), "caf\\xE9.jpg");
        assert_eq!(text(b"caf\xe8.jpg"), "caf\\xE8.jpg");
        assert_eq!(text("café.jpg".as_bytes()), "café.jpg");
    }
}
