//! Choosing classes by name, for `--only` and `--not`.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use thiserror::Error;

use super::groups::{Group, GroupKind, Groups, UnknownGroup, nearest_group};
use super::labels::{Label, Labels};
use super::similar_classes::{Likeness, similar};

/// A word that names neither a class nor a group.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("{message}")]
pub struct UnknownClass {
    /// The word as the user wrote it.
    pub word: String,
    /// How the names are like the word; `None` if no name is.
    pub likeness: Option<Likeness>,
    /// What the user may have meant, the likeliest first: names, groups with their `@`, or ranges of indices.
    pub similar: Vec<String>,
    /// A sentence that says what was found.
    message: String,
}

impl From<UnknownGroup> for UnknownClass {
    fn from(error: UnknownGroup) -> Self {
        let message = error.to_string();
        Self { word: error.word, likeness: error.likeness, similar: error.similar, message }
    }
}

/// How many similar names an error lists.
const SHOWN: usize = 5;

fn quoted(word: &str) -> String {
    if word.is_empty() { "''".to_owned() } else { format!("`{word}`") }
}

/// `; with this word: tabby cat, tiger cat and 5 more`
fn similar_names(likeness: Likeness, names: &[String]) -> String {
    let like = match likeness {
        Likeness::Group => "as a group",
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
    /// id, an index, a range of indices such as `151-268`, or a group such as `@dog`.
    ///
    /// # Errors
    /// If a word names neither a class nor a group.
    pub fn find(&self, words: &[String]) -> Result<BTreeSet<usize>, UnknownClass> {
        // Groups are built only if a word asks for one, so that start-up does not pay for them.
        let own = OnceCell::new();
        let groups = || own.get_or_init(|| self.groups());
        let mut found = BTreeSet::new();
        for word in words {
            let named = |(index, label): (usize, &Label)| is_called(label, index, word).then_some(index);
            let mut classes = self.classes().iter().enumerate().filter_map(named).peekable();
            if classes.peek().is_some() {
                found.extend(classes);
                continue;
            }
            if word.starts_with('@') {
                found.extend(groups().find(word)?.classes);
                continue;
            }
            let range = range(word).filter(|(first, last)| first <= last && *last < self.classes().len());
            let (first, last) = range.ok_or_else(|| self.unknown(word, groups()))?;
            found.extend(first..=last);
        }
        Ok(found)
    }

    fn unknown(&self, word: &str, groups: &Groups) -> UnknownClass {
        let is_imagenet = Self::imagenet(1000).is_some_and(|imagenet| imagenet.classes() == self.classes());
        let of = if is_imagenet { "ImageNet-1k" } else { "this model" };
        let unknown = |likeness, similar, clause| {
            let message = format!("no class of {of} is called {}{clause}", quoted(word));
            UnknownClass { word: word.to_owned(), likeness, similar, message }
        };
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
            let group = groups.find(word).ok().map(|group| Meant::of(&group, format!("@{word}")));
            let has_ids = self.classes().iter().any(|label| label.wnid.is_some());
            let clause = match &group {
                Some(group) => group.clause(),
                None if has_ids => "; no class has this WordNet id".to_owned(),
                None => "; its classes have no WordNet ids".to_owned(),
            };
            let likeness = group.as_ref().map(|_| Likeness::Group);
            return unknown(likeness, group.into_iter().map(|group| group.word).collect(), clause);
        }
        if let Some(group) = meant(word, groups) {
            return unknown(Some(Likeness::Group), vec![group.word.clone()], group.clause());
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

/// A group that a word without its `@` may mean.
struct Meant {
    word: String,
    classes: usize,
}

impl Meant {
    fn of(group: &Group, word: String) -> Self {
        Self { word, classes: group.classes.len() }
    }

    /// `; @dog is a group of 118 classes`
    fn clause(&self) -> String {
        let classes = if self.classes == 1 { "class" } else { "classes" };
        format!("; {} is a group of {} {classes}", self.word, self.classes)
    }
}

/// The group that `word` names, such as all dog breeds for `dogs`. A single class does not count as a group.
fn meant(word: &str, groups: &Groups) -> Option<Meant> {
    let word = nearest_group(word).unwrap_or(word);
    let group = groups.find(word).ok()?;
    let named = groups.iter().find(|named| named.kind != GroupKind::Class && named.group == group)?;
    Some(Meant::of(&group, groups.word(named)))
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
    fn groups() {
        assert_eq!(
            find(&["@bear", "hen", "@n02118333"]),
            Ok(vec![8, 277, 278, 279, 280, 294, 295, 296, 297])
        );
        assert!(find(&["@crane"]).unwrap_err().starts_with("`@crane` has 2 meanings: "));
        assert!(find(&["n02084071"]).unwrap_err().ends_with("; @n02084071 is a group of 118 classes"));
        assert!(find(&["puppy"]).unwrap_err().ends_with("; @dog is a group of 118 classes"));
        // A class whose name begins with `@` is that class.
        let labels = Labels::new(["@dog", "cat"].map(Label::from).into());
        assert_eq!(labels.find(&["@dog".to_owned()]), Ok([0].into()));
    }

    #[test]
    fn unknown_words_are_errors() {
        assert_eq!(
            find(&["tree"]),
            Err("no class of ImageNet-1k is called `tree`; in other names: tree frog".into())
        );
        assert_eq!(
            find(&["tabby", "dogs"]).unwrap_err(),
            "no class of ImageNet-1k is called `dogs`; @dog is a group of 118 classes"
        );
        let error = find(&["retriever"]).unwrap_err();
        assert!(error.ends_with("; @retriever is a group of 5 classes"), "{error}");
        let error = find(&["swimming"]).unwrap_err();
        assert!(error.ends_with("; in other names: swimming cap, swimming trunks"), "{error}");
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
