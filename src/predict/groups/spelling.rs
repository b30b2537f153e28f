//! How the names of groups are spelled.

use crate::predict::labels::is_wnid;

/// A name in lower case with one space between words.
pub(super) fn letters(name: &str) -> String {
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
