//! The kinds of records that commands write, and their names in messages.

use std::path::Path;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::sink::{EMBEDDING_FORMATS, FORMATS, Format};
use crate::words;

/// The kind of records that a command writes.
#[derive(Debug)]
pub(in crate::cli) struct Kind {
    /// Their name in messages.
    pub noun: &'static str,
    /// The preposition in `answers to a picture`, `embeddings of a picture`.
    pub of: &'static str,
    /// A suggested file name, without an ending.
    pub stem: &'static str,
    /// `-o` with a suggested file name.
    pub instead: &'static str,
    /// The formats for these records, text first.
    pub formats: &'static [Format],
    /// Flags that choose a format whose files can be resumed.
    pub resumable: &'static str,
}

/// The answers of `mnet classify`.
pub(in crate::cli) static ANSWERS: Kind = Kind {
    noun: "answers",
    of: "to",
    stem: "labels",
    instead: "-o labels.jsonl",
    formats: FORMATS,
    resumable: "--json, or --format csv",
};

/// The embeddings of `mnet embed`.
pub(in crate::cli) static EMBEDDINGS: Kind = Kind {
    noun: "embeddings",
    of: "of",
    stem: "embeddings",
    instead: "-o embeddings.jsonl",
    formats: EMBEDDING_FORMATS,
    resumable: "--json, or --format npy",
};

impl Kind {
    /// All kinds.
    pub(in crate::cli) fn all() -> [&'static Self; 2] {
        [&ANSWERS, &EMBEDDINGS]
    }

    /// The parser for the value of `--format`.
    pub(in crate::cli) fn format_parser(&'static self) -> impl TypedValueParser<Value = &'static Format> {
        let words = self.formats.iter().map(|format| PossibleValue::new(format.name).help(format.help));
        PossibleValuesParser::new(words).try_map(|word| self.named(&word).ok_or("no such format"))
    }

    /// The format called `name`.
    pub(in crate::cli) fn named(&self, name: &str) -> Option<&'static Format> {
        self.formats.iter().find(|format| format.name == name)
    }

    /// The format of files with the ending of `path`, in upper or lower case.
    pub(in crate::cli) fn of_ending(&self, path: &Path) -> Option<&'static Format> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        self.formats.iter().find(|format| format.endings.contains(&&*ending))
    }

    /// A list of the titles of some formats: `JSON Lines and CSV`.
    pub(in crate::cli) fn titles(&self, conjunction: &str, is_listed: impl Fn(&Format) -> bool) -> String {
        let listed = self.formats.iter().filter(|format| is_listed(format));
        words::list(conjunction, listed.map(|format| format.title))
    }
}
