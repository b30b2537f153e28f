//! Groups of classes.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use super::name_index::NameIndex;

/// The classes that a word stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its name for people: `dog`.
    pub name: Arc<str>,
    /// Its WordNet id, if it is a synset.
    pub wnid: Option<Arc<str>>,
    /// The indices of its classes; there is at least one.
    pub classes: BTreeSet<usize>,
}

/// The groups that `@words` may name.
#[derive(Clone, Debug, Default)]
pub struct Groups {
    groups: Vec<NamedGroup>,
    /// Built when it is first needed.
    by_name: OnceLock<NameIndex>,
}

/// A group with its names.
#[derive(Clone, Debug)]
pub struct NamedGroup {
    /// The group, under the first of its names.
    pub group: Group,
    /// All its names.
    pub names: Vec<Arc<str>>,
    /// Where it comes from.
    pub kind: GroupKind,
    /// The name of what it is a kind of: `canine` for `dog`.
    pub above: Option<Arc<str>>,
}

/// Where a group comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupKind {
    /// The user defined it.
    Own,
    /// It is a group of the coarse level.
    Coarse,
    /// It is a word that people use for several groups of the coarse level.
    Common,
    /// It is a synset of WordNet that classes are kinds of.
    Synset,
    /// It is a single class, as a group of one.
    Class,
}

impl GroupKind {
    /// Whether its names mean this group even where WordNet has other meanings for them.
    pub(super) fn is_first_meaning(self) -> bool {
        matches!(self, Self::Own | Self::Coarse | Self::Common)
    }
}

impl Groups {
    /// User-defined groups, in the order in which they are listed.
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

    /// All groups. Of several with the same name, those that are the first meaning of that name come first.
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
