//! Choosing classes by name, for `--only` and `--not`.

use std::collections::BTreeSet;

use thiserror::Error;

use super::labels::{Label, Labels};

/// Which classes to report; by default all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Classes {
    only: Option<BTreeSet<usize>>,
    not: BTreeSet<usize>,
}

/// Why a word does not name a class.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum UnknownClass {
    /// No class name contains the word.
    #[error("no class of this model is called `{0}`")]
    None(String),
    /// Some class names contain the word, but none is equal to it.
    #[error("no class of this model is called `{word}`; similar: {}", .similar.join("; "))]
    Similar {
        /// As the user wrote it.
        word: String,
        /// Names that contain it.
        similar: Vec<String>,
    },
}

impl UnknownClass {
    /// A name that may have been meant.
    pub fn similar(&self) -> Option<&str> {
        match self {
            Self::None(_) => None,
            Self::Similar { similar, .. } => similar.first().map(String::as_str),
        }
    }
}

/// How many similar names an error lists.
const SHOWN: usize = 5;

impl Classes {
    /// `only` (or all) but `not`.
    pub fn new(only: Option<BTreeSet<usize>>, not: BTreeSet<usize>) -> Self {
        Self { only, not }
    }

    /// Whether to report the class `index`.
    pub fn contains(&self, index: usize) -> bool {
        self.only.as_ref().is_none_or(|only| only.contains(&index)) && !self.not.contains(&index)
    }
}

impl Labels {
    /// The classes that `words` name: each a name, one of the names between its commas in any case, a WordNet
    /// id or an index.
    ///
    /// # Errors
    /// If a word does not name a class.
    pub fn find(&self, words: &[String]) -> Result<BTreeSet<usize>, UnknownClass> {
        let mut found = BTreeSet::new();
        for word in words {
            let named = |(index, label): (usize, &Label)| is_called(label, index, word).then_some(index);
            let mut classes = self.classes().iter().enumerate().filter_map(named).peekable();
            if classes.peek().is_none() {
                return Err(self.unknown(word));
            }
            found.extend(classes);
        }
        Ok(found)
    }

    fn unknown(&self, word: &str) -> UnknownClass {
        let lower = word.to_lowercase();
        let holds = |label: &&Label| label.name.to_lowercase().contains(&lower);
        let similar: Vec<_> =
            self.classes().iter().filter(holds).take(SHOWN).map(|label| label.name.to_string()).collect();
        let word = word.to_owned();
        if similar.is_empty() { UnknownClass::None(word) } else { UnknownClass::Similar { word, similar } }
    }
}

fn is_called(label: &Label, index: usize, word: &str) -> bool {
    label.name.eq_ignore_ascii_case(word)
        || label.name.split(", ").any(|name| name.eq_ignore_ascii_case(word))
        || label.wnid.as_deref() == Some(word)
        || word.parse() == Ok(index)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(words: &[&str]) -> Result<Vec<usize>, String> {
        let words: Vec<_> = words.iter().map(|&word| word.to_owned()).collect();
        let labels = Labels::imagenet(1000).unwrap();
        labels.find(&words).map(Vec::from_iter).map_err(|error| error.to_string())
    }

    #[test]
    fn names_ids_and_indices() {
        assert_eq!(find(&["Golden Retriever"]), Ok(vec![207]));
        assert_eq!(find(&["n02099601", "207", "Carassius auratus"]), Ok(vec![1, 207]));
        // A bird and a machine.
        assert_eq!(find(&["crane"]), Ok(vec![134, 517]));
    }

    #[test]
    fn unknown_words_are_errors() {
        assert_eq!(find(&["zyzzyva"]), Err("no class of this model is called `zyzzyva`".into()));
        let similar = find(&["retriever"]).unwrap_err();
        assert!(similar.contains("similar: flat-coated retriever; curly-coated retriever"), "{similar}");
    }

    #[test]
    fn only_and_not() {
        let classes = Classes::new(Some([1, 2].into()), [2].into());
        assert_eq!([0, 1, 2].map(|index| classes.contains(index)), [false, true, false]);
        assert!(Classes::default().contains(7));
    }
}
