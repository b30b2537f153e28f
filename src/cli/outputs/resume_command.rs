//! The command that goes on where this one was stopped.

use std::env;
use std::ffi::OsString;
use std::path::Path;

use crate::cli::hint::{quoted, quoted_word};
use crate::cli::short_flags;

/// A longer command is not repeated: a shell made it of `*.jpg`. In bytes.
const LONGEST: usize = 400;

/// The command of this process, with `--resume file` in place of its output.
pub(super) fn resume_command(file: &Path) -> String {
    let command = resumed(env::args_os(), file);
    if command.len() > LONGEST {
        return format!("the same command with --resume {} instead of --output or >", quoted(file));
    }
    command
}

/// The command of these `words`, as a shell has to be given it.
fn resumed(words: impl IntoIterator<Item = OsString>, file: &Path) -> String {
    let mut words = words.into_iter();
    let (mut resumed, mut has_output) = (Vec::new(), false);
    let flag = format!("--resume {}", quoted(file));
    while let Some(word) = words.next() {
        let text = word.to_string_lossy();
        if text == "--" {
            // Only paths follow.
            if !has_output {
                resumed.push(flag.clone());
                has_output = true;
            }
            resumed.push("--".to_owned());
            resumed.extend(words.by_ref().map(|word| quoted_word(&word)));
        } else if let Some(output) = Output::in_word(&text) {
            resumed.extend(output.before);
            resumed.push(flag.clone());
            has_output = true;
            if !output.has_value {
                words.next();
            }
        } else {
            resumed.push(quoted_word(&word));
        }
    }
    // Without a flag, the shell sends the answers to the file.
    resumed.extend(Some(flag).filter(|_| !has_output));
    resumed.join(" ")
}

/// `--output` in any of its spellings.
struct Output {
    /// The flags in the same word.
    before: Option<String>,
    /// Whether the name of the file is in the same word.
    has_value: bool,
}

impl Output {
    fn in_word(word: &str) -> Option<Self> {
        if let Some(rest) = word.strip_prefix("--output") {
            let has_value = rest.starts_with('=');
            return (rest.is_empty() || has_value).then_some(Self { before: None, has_value });
        }
        let (before, rest) = short_flags::split(word)?;
        let value = rest.strip_prefix('o')?;
        let before = (!before.is_empty()).then(|| format!("-{before}"));
        Some(Self { before, has_value: !value.is_empty() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_output_is_resumed_and_all_else_stays() {
        let resumed = |words: &[&str]| resumed(words.iter().map(OsString::from), Path::new("my labels.csv"));
        let expected = "mnet classify -r photos --resume 'my labels.csv' -j 2";
        for output in [
            &["-o", "my labels.csv"][..],
            &["-omy labels.csv"],
            &["-o=x"],
            &["--output", "x"],
            &["--output=x"],
        ] {
            let words = [&["mnet", "classify", "-r", "photos"], output, &["-j", "2"]].concat();
            assert_eq!(resumed(&words), expected, "{output:?}");
        }
        for output in [&["-ro", "x"][..], &["-rox"], &["-r", "-o", "x"]] {
            let words = [&["mnet", "classify"], output, &["photos"]].concat();
            assert_eq!(resumed(&words), "mnet classify -r --resume 'my labels.csv' photos", "{output:?}");
        }
    }

    #[test]
    fn a_shell_gets_each_word_as_it_was() {
        let resumed = |words: &[&str]| resumed(words.iter().map(OsString::from), Path::new("a.jsonl"));
        assert_eq!(
            resumed(&[
                "mnet",
                "classify",
                "my photo.jpg",
                "--glob=*.jpg",
                "-",
                "-mo",
                "-o",
                "a.jsonl",
                "--",
                "-o",
                "--output"
            ]),
            "mnet classify 'my photo.jpg' '--glob=*.jpg' - -mo --resume a.jsonl -- -o --output"
        );
        assert_eq!(
            resumed(&["mnet", "", "--only", "carpenter's kit"]),
            "mnet '' --only \"carpenter's kit\" --resume a.jsonl"
        );
        assert_eq!(resumed(&["mnet", "--json", "--", "-o"]), "mnet --json --resume a.jsonl -- -o");
    }
}
