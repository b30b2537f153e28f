//! Words of commands that hints show: a shell reads them as they are meant, whatever is in them.

use std::ffi::OsStr;

use crate::terminal_text::escape_controls;

/// `word` as a shell has to be given it. A name that begins like a flag gets its folder.
pub(crate) fn quoted(word: impl AsRef<OsStr>) -> String {
    let word = word.as_ref();
    let folder = if word.as_encoded_bytes().starts_with(b"-") { "./" } else { "" };
    let is_plain = |c: char| c.is_alphanumeric() || "_@%+=:,./-".contains(c);
    match word.to_str() {
        Some("") => "''".to_owned(),
        Some(text) if text.chars().all(is_plain) => format!("{folder}{text}"),
        Some(text) if escape_controls(text) == text => format!("'{folder}{}'", text.replace('\'', "'\\''")),
        // What a terminal would obey, and bytes that are no text, can only be written as numbers.
        _ => format!(
            "$'{folder}{}'",
            word.as_encoded_bytes().iter().map(|byte| escaped(*byte)).collect::<String>()
        ),
    }
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
        let words: [&[u8]; 12] = [
            b"my dir/it's new.jsonl",
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
            let command = quoted(word);
            assert_eq!(escape_controls(&command), command, "a terminal shows it as it is");
            let script = format!("printf %s {command}");
            // Not every `sh` knows $'…'.
            let Ok(run) = std::process::Command::new("bash").args(["-c", &script]).output() else { return };
            assert_eq!(run.stdout, word.as_encoded_bytes(), "{command}");
        }
    }

    #[test]
    fn a_name_like_a_flag_is_no_flag() {
        assert_eq!(quoted("-r"), "./-r");
        assert_eq!(quoted("-x y"), "'./-x y'");
    }
}
