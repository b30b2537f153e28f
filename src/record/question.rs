//! What is asked about every picture of a run.

use std::sync::Arc;

/// What answers list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Level {
    /// Classes.
    #[default]
    Class,
    /// Groups of classes, each with the score of the whole group. An index is a position in the run's list of groups.
    Coarse,
}

impl Level {
    /// Its name in flags and files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Class => "class",
            Self::Coarse => "coarse",
        }
    }

    /// The level of this name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Class, Self::Coarse].into_iter().find(|level| level.name() == name)
    }
}

/// A group of classes whose score was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupName {
    /// Its name: `dog`.
    pub name: Arc<str>,
    /// Its WordNet id, if it has one.
    pub wnid: Option<Arc<str>>,
    /// What was left out of it, separated by commas: `@hound, tabby`.
    pub without: Option<Arc<str>>,
    /// Whether it was asked for by its id.
    pub is_by_id: bool,
}

impl GroupName {
    /// The group as it was asked for: `@dog`, `@n02084071` if by its id, or `@animal without @dog`.
    pub fn title(&self) -> String {
        let word = self.wnid.as_ref().filter(|_| self.is_by_id).unwrap_or(&self.name);
        let without = self.without.as_ref().map(|left_out| format!(" without {left_out}"));
        format!("@{word}{}", without.unwrap_or_default())
    }
}

/// What is asked about every picture of a run, besides its best classes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// What answers list.
    pub level: Level,
    /// The names of the groups, by their indices, if answers list groups.
    pub listed: Vec<Arc<str>>,
    /// The groups whose scores are asked for.
    pub groups: Vec<GroupName>,
    /// A checksum of the classes of all these groups, if the user defined some of them: the names alone do not tell
    /// what those groups are.
    pub own_groups: Option<String>,
}
