//! Words of one-letter flags, as in `-rv` or `-ro FILE`, for the few questions that clap does not answer.

use std::ffi::OsString;

/// One-letter flags without a value, of all commands: only after them is the next letter a flag too.
pub(super) const WITHOUT_VALUE: &str = "0qrv";

/// The flags without a value with which `word` begins, and what follows them; `None` if it is no word of one-letter flags.
pub(super) fn split(word: &str) -> Option<(&str, &str)> {
    let letters = word.strip_prefix('-').filter(|letters| !letters.starts_with('-'))?;
    let rest = letters.trim_start_matches(|letter| WITHOUT_VALUE.contains(letter));
    Some(letters.split_at(letters.len() - rest.len()))
}

/// Whether `-v` comes after `-q` in a command that has both. clap lets the last one count too, unless one stands before a
/// subcommand and the other after it.
pub(super) fn verbose_is_last(words: impl Iterator<Item = OsString>) -> bool {
    let asks = |word: OsString| match &*word.to_string_lossy() {
        "--verbose" => Some(true),
        "--quiet" => Some(false),
        word => split(word)?.0.chars().rfind(|letter| "qv".contains(*letter)).map(|last| last == 'v'),
    };
    words.take_while(|word| word != "--").filter_map(asks).last() == Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_flags_up_to_the_first_value() {
        assert_eq!(split("-ro"), Some(("r", "o")));
        assert_eq!(split("-vk3"), Some(("v", "k3")));
        assert_eq!(split("-ov"), Some(("", "ov")));
        assert_eq!(split("-"), Some(("", "")));
        assert_eq!([split("--verbose"), split("photo.jpg")], [None, None]);
    }

    #[test]
    fn the_last_of_both_counts() {
        let is_verbose = |line: &str| verbose_is_last(line.split(' ').map(OsString::from));
        for line in ["mnet -q classify -v a", "mnet --quiet classify -rv a", "mnet -q classify -vm q -- -q"] {
            assert!(is_verbose(line), "{line}");
        }
        for line in
            ["mnet -v classify -q a", "mnet --verbose classify a --quiet", "mnet classify -vq -k3 -ov"]
        {
            assert!(!is_verbose(line), "{line}");
        }
    }
}
