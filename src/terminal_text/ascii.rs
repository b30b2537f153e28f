//! Text for terminals that show ASCII only.

use std::fmt::Write;

/// `text` in ASCII: an ellipsis becomes three dots, any other character its escape, as in [`escape_controls`](super::escape_controls).
pub(crate) fn ascii(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '…' => shown.push_str("..."),
            _ if c.is_ascii() => shown.push(c),
            _ => {
                let _ = write!(shown, "{}", c.escape_unicode());
            }
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_ascii_is_left() {
        assert_eq!(ascii("a, b, …"), "a, b, ...");
        assert_eq!(ascii("café/猫.jpg\u{1b}[2m"), "caf\\u{e9}/\\u{732b}.jpg\u{1b}[2m");
    }
}
