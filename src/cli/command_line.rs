//! The words of a command line, and the same command with some of them changed: what errors suggest.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::ops::Range;
use std::path::Path;

use super::hint::quoted_word;
use crate::inputs::has_picture_ending;

/// The longest command that is suggested, characters. A longer one hides what was changed.
const LONGEST: usize = 1000;

/// The words of a command line, without the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CommandLine {
    words: Vec<OsString>,
}

/// How many words belong to a flag as its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arity {
    /// It is a switch.
    Zero,
    /// The next word, or what is attached to the flag.
    One,
    /// All words up to the next flag.
    Many,
}

/// A flag in a command line: the index of its word, and its first value as far as it is in the same word.
type Occurrence<'a> = (usize, &'a str, Option<&'a [u8]>);

impl CommandLine {
    pub(super) fn new(words: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        Self { words: words.into_iter().map(Into::into).collect() }
    }

    /// The words that this process was started with.
    pub(super) fn of_process() -> Self {
        Self::new(env::args_os().skip(1))
    }

    pub(super) fn words(&self) -> &[OsString] {
        &self.words
    }

    /// The words before a `--`, as text.
    pub(super) fn flags_and_words(&self) -> impl Iterator<Item = (usize, String)> {
        let text = self.words.iter().map(|word| word.to_string_lossy().into_owned());
        text.enumerate().take_while(|(_, word)| word != "--")
    }

    /// The index of the first word that is `word`.
    pub(super) fn position(&self, word: &str) -> Option<usize> {
        self.flags_and_words().find(|(_, found)| found == word).map(|(index, _)| index)
    }

    /// The index of the last word that is `word`, also after a `--`.
    pub(super) fn index_of(&self, word: &OsStr) -> Option<usize> {
        self.words.iter().rposition(|found| found == word)
    }

    /// The same with `range` replaced.
    pub(super) fn spliced(
        &self,
        range: Range<usize>,
        words: impl IntoIterator<Item = impl Into<OsString>>,
    ) -> Self {
        let mut line = self.clone();
        line.words.splice(range, words.into_iter().map(Into::into));
        line
    }

    /// The same with `words` before its `--`, or at its end.
    pub(super) fn with(&self, words: &[&str]) -> Self {
        let end = self.position_of_dashes();
        self.spliced(end..end, words.iter().copied())
    }

    /// Where the flag with these names is given.
    fn occurrences<'a>(&'a self, names: &'a [&'a str]) -> impl Iterator<Item = Occurrence<'a>> {
        let words = self.words[..self.position_of_dashes()].iter().enumerate();
        words.filter_map(move |(index, word)| {
            let bytes = word.as_encoded_bytes();
            names.iter().find_map(|name| {
                let rest = bytes.strip_prefix(name.as_bytes())?;
                match rest {
                    [] => Some((index, *name, None)),
                    [b'=', value @ ..] => Some((index, *name, Some(value))),
                    value => (!name.starts_with("--")).then_some((index, *name, Some(value))),
                }
            })
        })
    }

    /// Where `--` is, or the end.
    fn position_of_dashes(&self) -> usize {
        self.words.iter().position(|word| word == "--").unwrap_or(self.words.len())
    }

    /// The words after the one at `index` up to the next flag.
    pub(super) fn values_after(&self, index: usize) -> Range<usize> {
        let is_flag = |word: &OsString| word.len() > 1 && word.as_encoded_bytes().starts_with(b"-");
        let values = self.words[index + 1..].iter().position(is_flag);
        index + 1..values.map_or(self.words.len(), |count| index + 1 + count)
    }

    /// The same with `new` in place of the value `old` of a flag, which may be one of a list with commas. `None` if it does not
    /// have that value.
    pub(super) fn with_value(&self, names: &[&str], old: &str, new: &[&str]) -> Option<Self> {
        self.occurrences(names).find_map(|(index, name, attached)| {
            if let Some(value) = attached {
                let value = replaced(&String::from_utf8_lossy(value), old, new)?;
                if name.starts_with("--") {
                    return Some(self.spliced(index..index + 1, [format!("{name}={value}")]));
                }
                return Some(self.spliced(index..index + 1, [name, &value]));
            }
            self.values_after(index).find_map(|at| {
                let word = self.words[at].to_string_lossy();
                if word == old {
                    return Some(self.spliced(at..at + 1, new.iter().copied()));
                }
                Some(self.spliced(at..at + 1, [replaced(&word, old, new)?]))
            })
        })
    }

    /// The same with a value for a flag that has none.
    pub(super) fn with_missing_value(&self, names: &[&str], value: &str) -> Option<Self> {
        self.occurrences(names).find_map(|(index, name, attached)| match attached {
            Some([]) => Some(self.spliced(index..index + 1, [format!("{name}={value}")])),
            None if self.values_after(index).is_empty() => Some(self.spliced(index + 1..index + 1, [value])),
            _ => None,
        })
    }

    /// The same without a flag and its values. `None` if it is not there.
    pub(super) fn without(&self, names: &[&str], arity: Arity) -> Option<Self> {
        let (index, _, attached) = self.occurrences(names).next()?;
        let values = match (arity, attached) {
            (Arity::Zero, _) | (_, Some(_)) => 0,
            (Arity::One, None) => self.values_after(index).len().min(1),
            (Arity::Many, None) => self.values_after(index).len(),
        };
        let line = self.spliced(index..index + 1 + values, [""; 0]);
        Some(line.without(names, arity).unwrap_or(line))
    }

    /// Whether a flag is given.
    pub(super) fn has(&self, names: &[&str]) -> bool {
        self.occurrences(names).next().is_some()
    }

    /// The last value of a flag.
    pub(super) fn value(&self, names: &[&str]) -> Option<String> {
        let text = |(index, _, attached): Occurrence| match attached {
            Some(value) => Some(String::from_utf8_lossy(value).into_owned()),
            None => Some(self.words.get(index + 1)?.to_string_lossy().into_owned()),
        };
        self.occurrences(names).filter_map(text).last()
    }

    /// The paths among the values of flags that take all words up to the next flag, and the same command with these paths
    /// after `at`, where they are inputs. `None` if no value is a path.
    pub(super) fn with_paths_first(&self, names: &[&str], at: usize) -> Option<(Vec<OsString>, Self)> {
        let flags: Vec<_> = self.occurrences(names).filter(|(.., attached)| attached.is_none()).collect();
        let is_taken = |range: Range<usize>| {
            let first = range.start;
            range.filter(move |index| {
                let word = &self.words[*index];
                looks_like_path(word) || (*index > first && Path::new(word).exists())
            })
        };
        let taken: Vec<usize> =
            flags.into_iter().flat_map(|(index, ..)| is_taken(self.values_after(index))).collect();
        let paths: Vec<_> = taken.iter().map(|index| self.words[*index].clone()).collect();
        let mut line = self.clone();
        for index in taken.iter().rev() {
            line.words.remove(*index);
        }
        (!paths.is_empty()).then(|| (paths.clone(), line.spliced(at..at, paths)))
    }

    /// As it is typed into a shell, unless it is too long to read.
    pub(super) fn shown(&self) -> Option<String> {
        let command = self.to_string();
        (command.chars().count() <= LONGEST).then_some(command)
    }
}

impl CommandLine {
    /// As it is typed, with `raw` in place of the word at `at`: a pattern that the shell has to see.
    pub(super) fn shown_with(&self, at: usize, raw: &str) -> String {
        let word =
            |(index, word): (usize, &OsString)| if index == at { raw.to_owned() } else { quoted_word(word) };
        let words = self.words.iter().enumerate().map(word);
        std::iter::once("mnet".to_owned()).chain(words).collect::<Vec<_>>().join(" ")
    }
}

impl fmt::Display for CommandLine {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("mnet")?;
        self.words.iter().try_for_each(|word| write!(f, " {}", quoted_word(word)))
    }
}

/// `list` with `new` in place of its item `old`.
fn replaced(list: &str, old: &str, new: &[&str]) -> Option<String> {
    if list == old {
        return Some(new.join(","));
    }
    let items: Vec<_> = list.split(',').collect();
    let at = items.iter().position(|item| *item == old)?;
    Some([&items[..at], new, &items[at + 1..]].concat().join(","))
}

/// Whether a word is meant as a path, without a look at the disk.
pub(super) fn looks_like_path(word: &OsStr) -> bool {
    let text = word.to_string_lossy();
    let begins = ["/", "./", "../", "~/", "http://", "https://"].iter().any(|start| text.starts_with(start));
    begins
        || text == "-"
        || text == "."
        || text == ".."
        || text.ends_with('/')
        || has_picture_ending(Path::new(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> CommandLine {
        CommandLine::new(text.split_whitespace())
    }

    fn text(line: Option<CommandLine>) -> String {
        line.map(|line| line.to_string()).unwrap_or_default()
    }

    const MODEL: [&str; 2] = ["--model", "-m"];

    #[test]
    fn values_are_found_in_every_form() {
        for (given, expected) in [
            ("a.jpg --model v1 -r", "mnet a.jpg --model v2 -r"),
            ("--model=v1 a.jpg", "mnet --model=v2 a.jpg"),
            ("-m v1", "mnet -m v2"),
            ("-mv1", "mnet -m v2"),
            ("--model v3,v1,lite", "mnet --model v3,v2,lite"),
            ("--model v3", ""),
            ("v1 --models v1", ""),
            ("-- --model v1", ""),
        ] {
            assert_eq!(text(line(given).with_value(&MODEL, "v1", &["v2"])), expected, "{given}");
        }
        let line = line("x --only a b c --json");
        assert_eq!(
            text(line.with_value(&["--only"], "b", &["d e", "f"])),
            "mnet x --only a 'd e' f c --json"
        );
    }

    #[test]
    fn flags_go_with_their_values() {
        let only = ["--only"];
        assert_eq!(text(line("a --only b c --json").without(&only, Arity::Many)), "mnet a --json");
        assert_eq!(text(line("--model v1 a -m v2 b").without(&MODEL, Arity::One)), "mnet a b");
        assert_eq!(text(line("--model=v1 a").without(&MODEL, Arity::One)), "mnet a");
        assert_eq!(text(line("--json a").without(&["--json"], Arity::Zero)), "mnet a");
        assert_eq!(text(line("a").without(&only, Arity::Many)), "");
        assert_eq!(text(line("a -m").with_missing_value(&MODEL, "v2")), "mnet a -m v2");
        assert_eq!(text(line("a --model= -r").with_missing_value(&MODEL, "v2")), "mnet a --model=v2 -r");
    }

    #[test]
    fn paths_are_told_from_names_of_classes() {
        let moved = |given: &str| line(given).with_paths_first(&["--only", "--not"], 1).map(|(_, line)| line);
        assert_eq!(
            text(moved("classify --only tabby a.jpg b.png --json --not x ./c/")),
            "mnet classify a.jpg b.png ./c/ --only tabby --json --not x"
        );
        assert_eq!(text(moved("classify --only tabby src")), "mnet classify src --only tabby");
        // The first word may be the class that a folder is named after.
        assert_eq!(moved("classify --only src"), None);
        assert_eq!(moved("classify a.jpg --only tabby tiger"), None);
    }

    #[test]
    fn words_are_added_before_the_end_of_flags() {
        assert_eq!(line("classify -- -x").with(&["-k", "3"]).to_string(), "mnet classify -k 3 -- -x");
        assert_eq!(line("classify a --color always --color=never").value(&["--color"]).unwrap(), "never");
        assert_eq!(CommandLine::new(vec!["x".repeat(80); 100]).shown(), None);
    }
}
