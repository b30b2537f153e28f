//! Groups that are listed in place of classes.

use std::collections::BTreeSet;
use std::sync::Arc;

use thiserror::Error;

use crate::predict::groups::Group;
use crate::predict::labels::{Label, Labels};

/// Groups that have no class in common, to be listed in place of classes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoarseLevel {
    groups: Vec<Group>,
}

/// A part of a group, where groups are listed whole.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("only a part of the group `{group}` is asked for or left out, and groups are listed whole")]
pub struct SplitGroup {
    /// The group.
    pub group: Arc<str>,
}

/// Two groups with a class in common: an answer would count it twice.
#[derive(Debug, Error, PartialEq, Eq)]
#[error(
    "`{first}` and `{second}` have a class in common, {class}, so they are no level: each class counts once"
)]
pub struct Overlap {
    /// A group.
    pub first: Arc<str>,
    /// Another one.
    pub second: Arc<str>,
    /// The name of a class of both.
    pub class: String,
}

impl CoarseLevel {
    /// The level of `groups` of the classes in `labels`.
    ///
    /// # Errors
    /// If two of them have a class in common.
    pub fn new(groups: Vec<Group>, labels: &Labels) -> Result<Self, Overlap> {
        for (place, second) in groups.iter().enumerate() {
            for first in &groups[..place] {
                if let Some(class) = first.classes.intersection(&second.classes).next() {
                    let (first, second) = (first.name.clone(), second.name.clone());
                    return Err(Overlap { first, second, class: labels.get(*class).name.to_string() });
                }
            }
        }
        Ok(Self { groups })
    }

    /// The groups. Answers give the place of a group here as its index.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The place of the group that the class `index` is of, if it is of any.
    pub fn group_of(&self, index: usize) -> Option<usize> {
        self.groups.iter().position(|group| group.classes.contains(&index))
    }

    /// The groups as classes.
    pub fn labels(&self) -> Labels {
        let label = |group: &Group| Label { wnid: group.wnid.clone(), name: group.name.clone() };
        Labels::of_groups(self.groups.iter().map(label).collect())
    }

    /// The places of the groups that `classes` are made of. Classes of no group have none.
    pub(super) fn whole(&self, classes: &BTreeSet<usize>) -> Result<BTreeSet<usize>, SplitGroup> {
        let mut whole = BTreeSet::new();
        for (place, group) in self.groups.iter().enumerate() {
            if group.classes.is_subset(classes) {
                whole.insert(place);
            } else if !group.classes.is_disjoint(classes) {
                return Err(SplitGroup { group: group.name.clone() });
            }
        }
        Ok(whole)
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
        assert_eq!(level.whole(&[0, 1].into()), Err(SplitGroup { group: "one".into() }));
    }
}
