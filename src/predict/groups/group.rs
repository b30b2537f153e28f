//! Groups, and finding one by a word.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::spelling::{Same, is_id};
use super::unknown::UnknownGroup;

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
    rows: Vec<Row>,
}

/// A group, and what it is called.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub names: Vec<Arc<str>>,
    /// Whether the names mean this group even where WordNet knows another of these names.
    pub is_first_meaning: bool,
    pub group: Group,
}

impl Groups {
    /// Groups with names of their own, in the order in which they are listed.
    pub fn new(groups: Vec<Group>) -> Self {
        let row = |group: Group| Row { names: vec![group.name.clone()], is_first_meaning: true, group };
        Self::of_rows(groups.into_iter().map(row).collect())
    }

    pub(super) fn of_rows(rows: Vec<Row>) -> Self {
        Self { rows }
    }

    /// All groups, each with its names.
    pub fn iter(&self) -> impl Iterator<Item = (&Group, &[Arc<str>])> {
        self.rows.iter().map(|row| (&row.group, &row.names[..]))
    }

    /// The group that `word` names, with or without an `@` before it: by its WordNet id, or by one of its names in any
    /// case, in the plural too, with `_`, `-` or a space between words.
    ///
    /// # Errors
    /// If no group has this name, or if it has several meanings and none includes the others.
    pub fn find(&self, word: &str) -> Result<Group, UnknownGroup> {
        let name = word.strip_prefix('@').unwrap_or(word).trim();
        if is_id(name) {
            let id = name.to_lowercase();
            let found =
                self.rows.iter().find(|row| !row.is_first_meaning && row.group.wnid.as_deref() == Some(&id));
            return found.map(|row| row.group.clone()).ok_or_else(|| UnknownGroup::new(word, self));
        }
        for same in Same::STRICTEST_FIRST {
            for is_first_meaning in [true, false] {
                let found: Vec<_> = self
                    .rows
                    .iter()
                    .filter(|row| row.is_first_meaning == is_first_meaning)
                    .filter(|row| row.names.iter().any(|known| same.holds(name, known)))
                    .map(|row| &row.group)
                    .collect();
                if let Some(first) = found.first() {
                    let all = found.iter().max_by_key(|group| group.classes.len()).unwrap_or(first);
                    let is_whole = found.iter().all(|group| group.classes.is_subset(&all.classes));
                    return if is_whole {
                        Ok((*all).clone())
                    } else {
                        Err(UnknownGroup::ambiguous(word, &found))
                    };
                }
            }
        }
        Err(UnknownGroup::new(word, self))
    }
}
