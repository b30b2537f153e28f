//! Classes and groups whose names hold a word.

use std::collections::BTreeSet;

use super::group::{GroupKind, Groups, NamedGroup};
use crate::predict::labels::Labels;
use crate::predict::similar_classes::{holds_letters, holds_words};

/// Whether a name contains what is searched for.
type Holds = fn(&str, &str) -> bool;

/// As words of the name, possibly in the plural; otherwise anywhere in it.
const STRICTEST_FIRST: [Holds; 2] = [holds_words, holds_letters];

impl Labels {
    /// The classes with a name that contains `pattern` as words: for `tiger` the tiger cat, but no names that merely
    /// contain its letters. If no class has such a name, the classes whose names contain the letters anywhere.
    pub fn search(&self, pattern: &str) -> BTreeSet<usize> {
        let found = |holds: Holds| {
            let classes = self.classes().iter().enumerate();
            let held = classes.filter(|(_, class)| class.name.split(", ").any(|name| holds(pattern, name)));
            held.map(|(index, _)| index).collect::<BTreeSet<_>>()
        };
        STRICTEST_FIRST.into_iter().map(found).find(|classes| !classes.is_empty()).unwrap_or_default()
    }
}

impl Groups {
    /// The groups with a name that contains `pattern`, found in the same way, largest first. Groups of one class are
    /// left out.
    pub fn search(&self, pattern: &str) -> Vec<&NamedGroup> {
        let found = |holds: Holds| {
            let groups = self.iter().filter(|named| named.kind != GroupKind::Class);
            groups.filter(|named| named.names.iter().any(|name| holds(pattern, name))).collect::<Vec<_>>()
        };
        let mut groups =
            STRICTEST_FIRST.into_iter().map(found).find(|found| !found.is_empty()).unwrap_or_default();
        groups.sort_by_key(|named| std::cmp::Reverse(named.group.classes.len()));
        // A group of the coarse level may also be a synset.
        let mut seen: Vec<&NamedGroup> = vec![];
        for named in groups {
            if !seen.iter().any(|other| other.group == named.group) {
                seen.push(named);
            }
        }
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_come_first() {
        let labels = Labels::imagenet(1000).unwrap();
        assert_eq!(labels.search("Tiger"), [3, 282, 292, 300].into());
        assert_eq!(labels.search("golden retrievers"), [207].into());
        assert_eq!(labels.search("goldf"), [1, 11].into());
        assert!(labels.search("zyzzyva").is_empty() && labels.search("").is_empty());
    }

    #[test]
    fn groups_are_found_once_each() {
        let groups = Labels::imagenet(1000).unwrap().groups();
        let names =
            |pattern: &str| groups.search(pattern).iter().map(|named| groups.word(named)).collect::<Vec<_>>();
        assert_eq!(names("dog")[..2], ["@dog", "@hunting-dog"]);
        assert_eq!(names("wild cat"), ["@wild-cat"]);
        assert!(names("golden retriever").is_empty());
    }
}
