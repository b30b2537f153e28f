//! When two words name one group.

use crate::predict::labels::is_wnid;
use crate::predict::similar_classes::is_same;

/// A word, and how like it a name must be.
#[derive(Debug)]
pub(super) enum Same {
    /// Letter by letter.
    Exactly(String),
    /// But for case and what stands between words: `Sports-Car` and `sports car`.
    InLetters(String),
    /// But for one being the plural of the other, too: `dogs` and `dog`.
    InNumber(String),
}

impl Same {
    pub(super) fn strictest_first(word: &str) -> [Self; 3] {
        [Self::Exactly(word.to_owned()), Self::InLetters(letters(word)), Self::InNumber(letters(word))]
    }

    pub(super) fn holds(&self, name: &str) -> bool {
        match self {
            Self::Exactly(word) => word == name,
            Self::InLetters(word) => *word == letters(name),
            Self::InNumber(word) => is_same(word, &letters(name)),
        }
    }
}

/// A name in lower case with one space between words.
fn letters(name: &str) -> String {
    let words = name.split([' ', '_', '-']).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ").to_lowercase()
}

/// A name as a word of the command line that needs no quotes: `@wild-cat`.
pub(super) fn word(name: &str) -> String {
    format!("@{}", name.replace(' ', "-"))
}

/// Whether a word is a WordNet id, in any case.
pub(super) fn is_id(word: &str) -> bool {
    is_wnid(&word.to_lowercase())
}
