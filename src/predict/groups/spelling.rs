//! When two words name one group.

use crate::predict::labels::is_wnid;
use crate::predict::similar_classes::is_same;

/// How alike two names must be.
#[derive(Clone, Copy, Debug)]
pub(super) enum Same {
    /// Letter by letter.
    Exactly,
    /// But for case and what stands between words: `Sports-Car` and `sports car`.
    InLetters,
    /// But for one being the plural of the other, too: `dogs` and `dog`.
    InNumber,
}

impl Same {
    pub(super) const STRICTEST_FIRST: [Self; 3] = [Self::Exactly, Self::InLetters, Self::InNumber];

    pub(super) fn holds(self, word: &str, name: &str) -> bool {
        match self {
            Self::Exactly => word == name,
            Self::InLetters => letters(word) == letters(name),
            Self::InNumber => is_same(&letters(word), &letters(name)),
        }
    }
}

/// A name in lower case with one space between words. A name of signs alone is itself.
fn letters(name: &str) -> String {
    let words = name.split([' ', '_', '-']).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Whether a word is a WordNet id, in any case.
pub(super) fn is_id(word: &str) -> bool {
    is_wnid(&word.to_lowercase())
}
