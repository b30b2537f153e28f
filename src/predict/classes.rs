//! Choosing classes by name, for `--only` and `--not`.

use std::collections::BTreeSet;

use thiserror::Error;

use super::labels::{Label, Labels};
use super::similar_classes::{Likeness, similar};

/// Which classes to report; by default all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Classes {
    only: Option<BTreeSet<usize>>,
    not: BTreeSet<usize>,
}

/// A word that names no class.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("no class of {of} is called `{word}`{}", similar_names(.likeness.as_ref(), .similar, *.more))]
pub struct UnknownClass {
    /// As the user wrote it.
    pub word: String,
    /// What has no such class: ImageNet-1k, or this model.
    of: &'static str,
    /// How the names are like the word; `None` if no name is.
    pub likeness: Option<Likeness>,
    /// Names that may have been meant, the likeliest first.
    pub similar: Vec<String>,
    /// How many more there are.
    more: usize,
}

/// How many similar names an error lists.
const SHOWN: usize = 5;

/// `; with this word: tabby cat, tiger cat and 5 more`
fn similar_names(likeness: Option<&Likeness>, names: &[String], more: usize) -> String {
    let like = match likeness {
        None => return String::new(),
        Some(Likeness::Parts) => "as words of their own",
        Some(Likeness::Word) => "with this word",
        Some(Likeness::Spelling) => "similar",
    };
    match more {
        0 => format!("; {like}: {}", names.join(", ")),
        _ => format!("; {like}: {} and {more} more", names.join(", ")),
    }
}

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
        let (likeness, mut similar) = similar(word, self.classes()).unzip();
        let names = similar.get_or_insert_default();
        let more = names.len().saturating_sub(SHOWN);
        names.truncate(SHOWN);
        let is_imagenet = Self::imagenet(1000).is_some_and(|imagenet| imagenet.classes() == self.classes());
        let of = if is_imagenet { "ImageNet-1k" } else { "this model" };
        UnknownClass { word: word.to_owned(), of, likeness, similar: similar.unwrap_or_default(), more }
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
        assert_eq!(find(&["person"]), Err("no class of ImageNet-1k is called `person`".into()));
        assert_eq!(
            find(&["tabby", "cat"]).unwrap_err(),
            "no class of ImageNet-1k is called `cat`; with this word: tabby cat, tiger cat, Persian cat, Siamese cat, \
             Egyptian cat and 2 more"
        );
        assert_eq!(
            find(&["tabbby"]),
            Err("no class of ImageNet-1k is called `tabbby`; similar: tabby".into())
        );
        let two = Labels::new(["healthy", "rust"].map(Label::from).into());
        let unknown = two.find(&["helthy".to_owned()]).unwrap_err();
        assert_eq!(unknown.to_string(), "no class of this model is called `helthy`; similar: healthy");
    }

    #[test]
    fn only_and_not() {
        let classes = Classes::new(Some([1, 2].into()), [2].into());
        assert_eq!([0, 1, 2].map(|index| classes.contains(index)), [false, true, false]);
        assert!(Classes::default().contains(7));
    }
}
