//! Groups of classes.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use super::name_index::NameIndex;

/// Classes that a word stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// For people: `dog`.
    pub name: Arc<str>,
    /// Its WordNet id, if it is a synset.
    pub wnid: Option<Arc<str>>,
    /// Indices of its classes, of which there is one at least.
    pub classes: BTreeSet<usize>,
}

/// What `@words` may name.
#[derive(Clone, Debug, Default)]
pub struct Groups {
    groups: Vec<NamedGroup>,
    /// Made when it is first asked for.
    by_name: OnceLock<NameIndex>,
}

/// A group, and what it is called.
#[derive(Clone, Debug)]
pub struct NamedGroup {
    /// Its classes, under the first of its names.
    pub group: Group,
    /// All its names.
    pub names: Vec<Arc<str>>,
    /// Where it is from.
    pub kind: GroupKind,
    /// What it is a kind of: `canine` for `dog`.
    pub above: Option<Arc<str>>,
}

/// Where a group is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupKind {
    /// The user named it.
    Own,
    /// It is one of the coarse level.
    Coarse,
    /// A word that people use for several groups of the coarse level.
    Common,
    /// A synset of WordNet that classes are kinds of.
    Synset,
    /// A class, as a group of one.
    Class,
}

impl GroupKind {
    /// Whether its names mean this group even where WordNet has other meanings for them.
    pub(super) fn is_first_meaning(self) -> bool {
        matches!(self, Self::Own | Self::Coarse | Self::Common)
    }
}

impl Groups {
    /// Groups with names of their own, in the order in which they are listed.
    pub fn new(groups: Vec<Group>) -> Self {
        let named = |group: Group| NamedGroup {
            names: vec![group.name.clone()],
            group,
            kind: GroupKind::Own,
            above: None,
        };
        Self::of(groups.into_iter().map(named).collect())
    }

    pub(super) fn of(groups: Vec<NamedGroup>) -> Self {
        Self { groups, by_name: OnceLock::new() }
    }

    /// All groups, those whose names come first before others of the same name.
    pub fn iter(&self) -> impl Iterator<Item = &NamedGroup> {
        self.groups.iter()
    }

    /// The groups that `word` names, in the spellings of [`NameIndex::strictest_first`].
    pub(super) fn named(&self, word: &str) -> [Vec<&NamedGroup>; 3] {
        let index = self.by_name.get_or_init(|| {
            let mut index = NameIndex::default();
            for (place, named) in self.groups.iter().enumerate() {
                named.names.iter().for_each(|name| index.add(name, place));
            }
            index
        });
        let groups = |places: BTreeSet<usize>| places.into_iter().map(|place| &self.groups[place]).collect();
        index.strictest_first(word).map(groups)
    }
}
