//! Groups that are listed in place of classes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use thiserror::Error;

use crate::predict::groups::{Group, Groups};
use crate::predict::labels::{Label, Labels};

/// Groups that have no class in common, to be listed in place of classes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoarseLevel {
    groups: Vec<Group>,
    /// The names of the classes that are in no group.
    outside: BTreeMap<usize, Arc<str>>,
    is_own: bool,
}

/// Why some classes are not whole groups of a level.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum NotOfLevel {
    /// Only a part of a group is asked for or left out.
    #[error("only a part of the group `{group}` is asked for or left out, and groups are listed whole")]
    Part {
        /// The group.
        group: Arc<str>,
    },
    /// A class that is in no group is asked for.
    #[error("`{class}` is in no group of this level, so answers cannot list it")]
    Outside {
        /// The name of the class.
        class: Arc<str>,
    },
}

/// Two groups have a class in common, which an answer would count twice.
#[derive(Debug, Error, PartialEq, Eq)]
#[error(
    "`{first}` and `{second}` have a class in common, {class}, so they are no level: each class counts once"
)]
pub struct Overlap {
    /// One of the groups.
    pub first: Arc<str>,
    /// The other group.
    pub second: Arc<str>,
    /// The name of a class that is in both.
    pub class: String,
}

impl CoarseLevel {
    /// A level made of `groups` of the classes in `labels`.
    ///
    /// # Errors
    /// If two groups have a class in common.
    pub fn new(groups: Vec<Group>, labels: &Labels) -> Result<Self, Overlap> {
        let mut owners: BTreeMap<usize, usize> = BTreeMap::new();
        for (place, second) in groups.iter().enumerate() {
            let owner = |class: &usize| owners.get(class).map(|first| (*first, *class));
            if let Some((first, class)) = second.classes.iter().filter_map(owner).min() {
                let (first, second) = (groups[first].name.clone(), second.name.clone());
                return Err(Overlap { first, second, class: labels.get(class).name.to_string() });
            }
            owners.extend(second.classes.iter().map(|class| (*class, place)));
        }
        let outside = (0..labels.classes().len()).filter(|index| !owners.contains_key(index));
        let outside = outside.map(|index| (index, labels.get(index).name.clone())).collect();
        Ok(Self { groups, outside, is_own: false })
    }

    /// Marks this level as defined by the user.
    #[must_use]
    pub fn of_user(self) -> Self {
        Self { is_own: true, ..self }
    }

    pub(super) fn is_own(&self) -> bool {
        self.is_own
    }

    /// The groups. Answers use the position of a group in this list as its index.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The index of the group that contains the class `index`, if one does.
    pub fn group_of(&self, index: usize) -> Option<usize> {
        self.groups.iter().position(|group| group.classes.contains(&index))
    }

    /// The index of the group that each of `words` names, as an `@word` would or by its id.
    pub fn places(&self, words: &[String]) -> Vec<Option<usize>> {
        let by_name = Groups::new(self.groups.clone());
        let place = |word: &String| {
            let id = word.strip_prefix('@').unwrap_or(word);
            let name = by_name.find(word).ok().map(|group| group.name);
            let is_it =
                |group: &Group| Some(&group.name) == name.as_ref() || group.wnid.as_deref() == Some(id);
            self.groups.iter().position(is_it)
        };
        words.iter().map(place).collect()
    }

    /// The groups, as labels of classes.
    pub fn labels(&self) -> Labels {
        let label = |group: &Group| Label { wnid: group.wnid.clone(), name: group.name.clone() };
        Labels::of_groups(self.groups.iter().map(label).collect())
    }

    /// The indices of the groups that `classes` consist of. Classes that are in no group are ignored.
    pub(super) fn whole(&self, classes: &BTreeSet<usize>) -> Result<BTreeSet<usize>, NotOfLevel> {
        let mut whole = BTreeSet::new();
        for (place, group) in self.groups.iter().enumerate() {
            if group.classes.is_subset(classes) {
                whole.insert(place);
            } else if !group.classes.is_disjoint(classes) {
                return Err(NotOfLevel::Part { group: group.name.clone() });
            }
        }
        Ok(whole)
    }

    /// Like [`whole`](Self::whole), for the classes that answers are to list. Each of them has to be in a group.
    pub(super) fn made_of(&self, classes: &BTreeSet<usize>) -> Result<BTreeSet<usize>, NotOfLevel> {
        match classes.iter().find_map(|index| self.outside.get(index)) {
            Some(class) => Err(NotOfLevel::Outside { class: class.clone() }),
            None => self.whole(classes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(name: &str, classes: &[usize]) -> Group {
        Group { name: name.into(), wnid: None, classes: classes.iter().copied().collect() }
    }

    fn labels() -> Labels {
        Labels::new(["a", "b", "c", "d"].map(Label::from).into())
    }

    #[test]
    fn each_class_counts_once() {
        let level = CoarseLevel::new(vec![group("one", &[0, 2]), group("two", &[1])], &labels()).unwrap();
        assert_eq!([0, 1, 2, 3].map(|class| level.group_of(class)), [Some(0), Some(1), Some(0), None]);
        assert_eq!(level.labels().get(1), &"two".into());
        let overlap = CoarseLevel::new(vec![group("one", &[0, 2]), group("two", &[2, 3])], &labels());
        assert_eq!(
            overlap.unwrap_err().to_string(),
            "`one` and `two` have a class in common, c, so they are no level: each class counts once"
        );
    }

    #[test]
    fn groups_are_whole() {
        let level = CoarseLevel::new(vec![group("one", &[0, 2]), group("two", &[1])], &labels()).unwrap();
        assert_eq!(level.whole(&[0, 1, 2].into()), Ok([0, 1].into()));
        assert_eq!(level.whole(&[1, 3].into()), Ok([1].into()));
        assert_eq!(level.whole(&[0, 1].into()), Err(NotOfLevel::Part { group: "one".into() }));
        assert_eq!(level.made_of(&[1, 3].into()), Err(NotOfLevel::Outside { class: "d".into() }));
    }
}
