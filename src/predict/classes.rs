//! Choosing classes by name, for `--only` and `--not`.

use std::collections::BTreeSet;

use thiserror::Error;

use super::kinds::kind;
use super::labels::{Label, Labels};
use super::similar_classes::{Likeness, similar};

/// A word that names no class.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("no class of {of} is called {}{clause}", quoted(.word))]
pub struct UnknownClass {
    /// As the user wrote it.
    pub word: String,
    /// What has no such class: ImageNet-1k, or this model.
    of: &'static str,
    /// How the names are like the word; `None` if no name is.
    pub likeness: Option<Likeness>,
    /// What may have been meant, the likeliest first: names, or ranges of indices.
    pub similar: Vec<String>,
    /// What is known of these, as the end of the message.
    clause: String,
}

/// How many similar names an error lists.
const SHOWN: usize = 5;

fn quoted(word: &str) -> String {
    if word.is_empty() { "''".to_owned() } else { format!("`{word}`") }
}

/// `; with this word: tabby cat, tiger cat and 5 more`
fn similar_names(likeness: Likeness, names: &[String]) -> String {
    let like = match likeness {
        Likeness::Kind => "of this kind",
        Likeness::Parts => "as words of their own",
        Likeness::Word => "with this word",
        Likeness::Spelling => "similar",
        Likeness::Other => "in other names",
    };
    let shown = names[..names.len().min(SHOWN)].join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => format!("; {like}: {shown}"),
        more => format!("; {like}: {shown} and {more} more"),
    }
}

impl Labels {
    /// The classes that `words` name: each a name, one of the names between its commas in any case, a WordNet
    /// id, an index, or a range of indices such as `151-268`.
    ///
    /// # Errors
    /// If a word does not name a class.
    pub fn find(&self, words: &[String]) -> Result<BTreeSet<usize>, UnknownClass> {
        let mut found = BTreeSet::new();
        for word in words {
            let named = |(index, label): (usize, &Label)| is_called(label, index, word).then_some(index);
            let mut classes = self.classes().iter().enumerate().filter_map(named).peekable();
            if classes.peek().is_some() {
                found.extend(classes);
                continue;
            }
            let range = range(word).filter(|(first, last)| first <= last && *last < self.classes().len());
            let (first, last) = range.ok_or_else(|| self.unknown(word))?;
            found.extend(first..=last);
        }
        Ok(found)
    }

    fn unknown(&self, word: &str) -> UnknownClass {
        let is_imagenet = Self::imagenet(1000).is_some_and(|imagenet| imagenet.classes() == self.classes());
        let of = if is_imagenet { "ImageNet-1k" } else { "this model" };
        let unknown =
            |likeness, similar, clause| UnknownClass { word: word.to_owned(), of, likeness, similar, clause };
        let last = self.classes().len().saturating_sub(1);
        let is_id = word.strip_prefix('n').is_some_and(is_number) && word.len() > 6;
        if word.trim().is_empty() {
            let clause = format!(
                "; a class is a name, a WordNet id, an index from 0 to {last} or a range of them, such as 0-{last}"
            );
            return unknown(None, vec![], clause);
        }
        if let Some((one, other)) = range(word).or_else(|| word.parse().ok().map(|index| (index, index))) {
            let (first, end) = (one.min(other), one.max(other).min(last));
            let meant = (one != other && first < end).then(|| format!("{first}-{end}"));
            let likeness = meant.as_ref().map(|_| Likeness::Spelling);
            return unknown(likeness, meant.into_iter().collect(), format!("; indices are from 0 to {last}"));
        }
        if is_id {
            let clause = if self.classes().iter().any(|label| label.wnid.is_some()) {
                "; no class has this WordNet id"
            } else {
                "; its classes have no WordNet ids"
            };
            return unknown(None, vec![], clause.to_owned());
        }
        if let Some(ranges) = kind(word).filter(|_| is_imagenet) {
            let name = |index: usize| self.classes()[index].name.split(", ").next().unwrap_or_default();
            let ends = ranges.iter().map(|range| (*range.start(), *range.end()));
            let shown = ends
                .clone()
                .map(|(first, last)| format!("{first}-{last} ({} to {})", name(first), name(last)));
            let clause = similar_names(Likeness::Kind, &shown.collect::<Vec<_>>());
            return unknown(
                Some(Likeness::Kind),
                ends.map(|(first, last)| format!("{first}-{last}")).collect(),
                clause,
            );
        }
        match similar(word, self.classes()) {
            Some((likeness, names)) => {
                let clause = similar_names(likeness, &names);
                unknown(Some(likeness), names, clause)
            }
            None => unknown(None, vec![], String::new()),
        }
    }
}

/// The first and the last index of `151-268`.
fn range(word: &str) -> Option<(usize, usize)> {
    let (first, last) = word.split_once(['-', '–']).or_else(|| word.split_once(".."))?;
    Some((first.trim().parse().ok()?, last.trim().parse().ok()?))
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
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
        assert_eq!(
            find(&["tree"]),
            Err("no class of ImageNet-1k is called `tree`; in other names: tree frog".into())
        );
        assert_eq!(
            find(&["tabby", "dogs"]).unwrap_err(),
            "no class of ImageNet-1k is called `dogs`; of this kind: 151-268 (Chihuahua to Mexican hairless)"
        );
        let error = find(&["bottle"]).unwrap_err();
        assert_eq!(
            error,
            "no class of ImageNet-1k is called `bottle`; with this word: beer bottle, pill bottle, pop bottle, water bottle, wine bottle"
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
    fn indices_have_ranges() {
        assert_eq!(find(&["281-285", "0–1"]), Ok(vec![0, 1, 281, 282, 283, 284, 285]));
        assert_eq!(find(&["7..9"]), Ok(vec![7, 8, 9]));
        for (word, meant) in
            [("1000", ""), ("268-151", "151-268"), ("990-1010", "990-999"), ("1000-1010", "")]
        {
            let unknown = Labels::imagenet(1000).unwrap().find(&[word.to_owned()]).unwrap_err();
            assert_eq!(
                unknown.to_string(),
                format!("no class of ImageNet-1k is called `{word}`; indices are from 0 to 999")
            );
            assert_eq!(unknown.similar.concat(), meant);
        }
        assert!(find(&["n99999999"]).unwrap_err().ends_with("`n99999999`; no class has this WordNet id"));
        assert!(
            find(&[""]).unwrap_err().starts_with("no class of ImageNet-1k is called ''; a class is a name, ")
        );
    }
}
