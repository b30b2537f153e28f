//! Words of commands that hints show: a shell reads them as they are meant, whatever is in them.

use std::ffi::OsStr;
use std::io::{self, IsTerminal};

use crate::cli::terminal;
use crate::terminal_text::escape_controls;

/// `path` as a shell has to be given it. A name that begins like a flag gets its folder.
pub(crate) fn quoted(path: impl AsRef<OsStr>) -> String {
    let path = path.as_ref();
    if path.as_encoded_bytes().starts_with(b"-") && path != "-" {
        return quoted_word(std::path::Path::new(".").join(path));
    }
    quoted_word(path)
}

/// `word`, which may be a flag, as a shell has to be given it.
pub(crate) fn quoted_word(word: impl AsRef<OsStr>) -> String {
    // A terminal of ASCII would show an escape that no shell reads.
    let is_ascii = io::stderr().is_terminal() && terminal::is_ascii();
    quoted_for(word.as_ref(), is_ascii)
}

/// The same for a terminal that shows ASCII only, or any text.
fn quoted_for(word: &OsStr, is_ascii: bool) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "_@%+=:,./-".contains(c);
    // What a shell reads between double quotes, in a script or at a prompt.
    let is_read = |c: char| "\"$`\\!".contains(c);
    match word.to_str() {
        Some("") => "''".to_owned(),
        Some(text) if is_ascii && !text.is_ascii() => in_numbers(word),
        // zsh reads `=word` as the path of a program.
        Some(text) if text.chars().all(is_plain) && !text.starts_with('=') => text.to_owned(),
        Some(text) if escape_controls(text) == text => match text.contains('\'') {
            false => format!("'{text}'"),
            true if !text.contains(is_read) => format!("\"{text}\""),
            true => format!("'{}'", text.replace('\'', "'\\''")),
        },
        // What a terminal would obey, and bytes that are no text, can only be written as numbers.
        _ => in_numbers(word),
    }
}

fn in_numbers(word: &OsStr) -> String {
    let bytes = word.as_encoded_bytes().iter();
    format!("$'{}'", bytes.map(|byte| escaped(*byte)).collect::<String>())
}

fn escaped(byte: u8) -> String {
    match byte {
        b'\'' | b'\\' => format!("\\{}", char::from(byte)),
        b' '..=b'~' => char::from(byte).to_string(),
        // Three digits, so that a digit after it is not part of it.
        _ => format!("\\{byte:03o}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_words_stay_as_they_are() {
        for word in ["labels.jsonl", "./a/b_c-1.jpg", "/tmp/été/猫.jpg", "https://a.b/c,d=e:1"] {
            assert_eq!(quoted(word), word);
        }
    }

    #[test]
    fn a_shell_gets_each_word_back() {
        let words: [&[u8]; 15] = [
            b"my dir/it's new.jsonl",
            b"carpenter's kit",
            b"it's $HOME\\",
            b"=ls",
            b"",
            b"https://x/';rm -rf y;'.jpg",
            b"$HOME/`id`.jpg",
            b"a\\b\"c",
            b"~",
            b"*",
            b"!x",
            b"a\nb\x1b[31m7",
            b"caf\xe9 'x'",
            "cat\u{202e}gpj".as_bytes(),
            b"#x",
        ];
        for word in words {
            #[cfg(unix)]
            let word = <OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(word);
            #[cfg(not(unix))]
            let Ok(word) = str::from_utf8(word).map(OsStr::new) else { continue };
            for command in [quoted(word), quoted_for(word, true)] {
                assert_eq!(escape_controls(&command), command, "a terminal shows it as it is");
                let script = format!("printf %s {command}");
                // Not every `sh` knows $'…'.
                let Ok(run) = std::process::Command::new("bash").args(["-c", &script]).output() else {
                    return;
                };
                assert_eq!(run.stdout, word.as_encoded_bytes(), "{command}");
            }
        }
    }

    #[test]
    fn a_name_like_a_flag_is_no_flag() {
        assert_eq!(quoted("-r"), "./-r");
        assert_eq!(quoted("-x y"), "'./-x y'");
        assert_eq!([quoted("-"), quoted_word("-r")], ["-", "-r"]);
    }

    #[test]
    fn a_terminal_of_ascii_gets_numbers() {
        assert_eq!(quoted_for("caf\u{e9}'s.jpg".as_ref(), true), r"$'caf\303\251\'s.jpg'");
        assert_eq!(quoted_for("caf\u{e9}.jpg".as_ref(), false), "caf\u{e9}.jpg");
    }

    #[test]
    fn an_apostrophe_is_easy_to_read() {
        assert_eq!(quoted("carpenter's kit"), "\"carpenter's kit\"");
        assert_eq!(quoted("it's $5"), r"'it'\''s $5'");
    }
}
