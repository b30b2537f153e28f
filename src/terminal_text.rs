//! Text from files and servers made safe to print: no name may move the cursor, fake a column or reorder a line.

mod ascii;
mod wrap;

use std::fmt::Write;

pub(crate) use ascii::ascii;
pub(crate) use wrap::{hang, wrap, wrap_between_words};

/// The most characters that a message quotes.
const QUOTED_CHARS: usize = 100;

/// `text` with every character escaped that a terminal obeys instead of showing.
pub(crate) fn escape_controls(text: &str) -> String {
    escape(text.chars())
}

/// JSON with the same meaning, in which every such character is escaped as JSON has it. JSON itself leaves those above U+007E
/// as they are. Line breaks between values stay.
pub(crate) fn escape_in_json(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        if is_obeyed(c) && !c.is_ascii_whitespace() {
            // None of them is above U+FFFF.
            let _ = write!(escaped, "\\u{:04x}", u32::from(c));
        } else {
            escaped.push(c);
        }
    }
    escaped
}

/// The beginning of `text`, escaped as by [`escape_controls`] and short enough for a message.
pub(crate) fn printable(text: &str) -> String {
    escape(text.chars().take(QUOTED_CHARS))
}

fn escape(chars: impl Iterator<Item = char>) -> String {
    let mut escaped = String::new();
    for c in chars {
        if is_obeyed(c) {
            escaped.extend(c.escape_default());
        } else {
            escaped.push(c);
        }
    }
    escaped
}

/// Control characters, line separators, and the marks that switch the direction of text (UAX #9, section 2).
fn is_obeyed(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_escaped() {
        assert_eq!(escape_controls("a\tb\n\x1b[31m\u{7f}\u{9b}"), "a\\tb\\n\\u{1b}[31m\\u{7f}\\u{9b}");
        assert_eq!(escape_controls("cat\u{202e}gpj.exe\u{2028}"), "cat\\u{202e}gpj.exe\\u{2028}");
    }

    #[test]
    fn json_means_the_same() {
        let json = "{\"path\": \"\u{9b}31m\u{7f}\u{202e}é\\u001b\"}\n";
        let escaped = escape_in_json(json);
        assert_eq!(escaped, "{\"path\": \"\\u009b31m\\u007f\\u202eé\\u001b\"}\n");
        let parse = |json: &str| serde_json::from_str::<serde_json::Value>(json).unwrap();
        assert_eq!(parse(&escaped), parse(json));
    }

    #[test]
    fn everything_else_stays_as_it_is() {
        // The last one is a family joined by zero-width joiners.
        for text in ["café \"a\\b\" 'c'", "猫", "שלום", "👨\u{200d}👩\u{200d}👧"] {
            assert_eq!(escape_controls(text), text);
        }
    }

    #[test]
    fn quotations_are_short() {
        assert_eq!(printable(&"é".repeat(1000)), "é".repeat(100));
        assert_eq!(printable("\0"), "\\u{0}");
    }
}
