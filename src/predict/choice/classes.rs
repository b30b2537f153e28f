//! Which classes are reported, and the groups whose scores are asked for.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::coarse::{CoarseLevel, NotOfLevel};
use crate::predict::groups::Group;
use crate::record::{GroupName, Level, Question};

/// Which classes to report; by default all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Classes {
    pub(super) sets: Sets,
    /// The groups whose scores are asked for.
    pub(super) groups: Vec<AskedGroup>,
    /// The groups that are listed in place of classes.
    pub(super) coarse: Option<Arc<CoarseLevel>>,
}

/// The indices of the classes that are listed, or of the groups that are listed in their place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sets {
    /// Those that are asked for by themselves, not as members of a group.
    pub only: Option<BTreeSet<usize>>,
    pub not: BTreeSet<usize>,
    /// The members of each group whose score is asked for.
    pub groups: Vec<BTreeSet<usize>>,
}

/// A group whose score is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedGroup {
    /// The name of the group in answers.
    pub name: GroupName,
    /// The classes that its score counts, without those that are left out.
    pub classes: BTreeSet<usize>,
    /// Whether the user defined this group, or a group that is left out of it.
    pub is_own: bool,
}

impl Classes {
    /// Selects the classes in `only`, or all classes, except those in `not`.
    pub fn new(only: Option<BTreeSet<usize>>, not: BTreeSet<usize>) -> Self {
        Self { sets: Sets { only, not, groups: vec![] }, ..Self::default() }
    }

    /// Also asks for `groups`: their classes and their scores. If groups are asked for, the only other classes that are
    /// reported are those in `only`.
    #[must_use]
    pub fn with_groups(self, groups: Vec<AskedGroup>) -> Self {
        let sets = groups.iter().map(|group| group.classes.clone()).collect();
        Self { sets: Sets { groups: sets, ..self.sets }, groups, ..self }
    }

    /// Lists the groups of `level` in place of classes.
    ///
    /// # Errors
    /// If only a part of a group is asked for or left out, or if a class that is in no group is asked for: groups are
    /// listed whole.
    pub fn at_level(self, level: Arc<CoarseLevel>) -> Result<Self, NotOfLevel> {
        let Sets { only, not, groups } = &self.sets;
        let sets = Sets {
            only: only.as_ref().map(|only| level.made_of(only)).transpose()?,
            not: level.whole(not)?,
            groups: groups.iter().map(|group| level.made_of(group)).collect::<Result<_, _>>()?,
        };
        Ok(Self { sets, groups: self.groups, coarse: Some(level) })
    }

    /// The groups that are listed in place of classes, if there are any.
    pub fn listed_groups(&self) -> Option<&[Group]> {
        self.coarse.as_ref().map(|level| level.groups())
    }

    /// What is asked about every picture.
    pub fn question(&self) -> Question {
        let level = if self.coarse.is_some() { Level::Coarse } else { Level::Class };
        let listed = self.listed_groups().unwrap_or_default().iter().map(|group| group.name.clone());
        let groups = self.groups.iter().map(|group| group.name.clone());
        Question { level, listed: listed.collect(), groups: groups.collect(), own_groups: self.own_groups() }
    }

    /// A checksum of the classes of the groups, if the user defined any of these groups.
    fn own_groups(&self) -> Option<String> {
        let is_own_level = self.coarse.as_ref().is_some_and(|level| level.is_own());
        if !is_own_level && self.groups.iter().all(|group| !group.is_own) {
            return None;
        }
        let listed = self.listed_groups().unwrap_or_default().iter().map(|group| &group.classes);
        let all: Vec<_> = self.groups.iter().map(|group| &group.classes).chain(listed).collect();
        Some(format!("{:08x}", crc32fast::hash(format!("{all:?}").as_bytes())))
    }
}
