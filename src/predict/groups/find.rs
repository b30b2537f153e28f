//! The group that a word names.

use std::sync::Arc;

use super::group::{Group, Groups, NamedGroup};
use super::spelling::{is_id, word};
use super::unknown::UnknownGroup;

impl Groups {
    /// The group that `word` names, with or without a leading `@`: by its WordNet id, or by one of its names in any
    /// case, in singular or plural, with `_`, `-` or a space between words.
    ///
    /// # Errors
    /// If no group has this name, or if it has several meanings of which none includes the others.
    pub fn find(&self, word: &str) -> Result<Group, UnknownGroup> {
        let meanings = self.meanings(word);
        widest(&meanings).cloned().ok_or_else(|| match &meanings[..] {
            [] => UnknownGroup::new(word, self),
            several => UnknownGroup::ambiguous(word, several),
        })
    }

    /// The groups that `word` may mean. The stricter the spelling, the fewer groups match, so the strictest is tried
    /// first.
    fn meanings(&self, word: &str) -> Vec<&NamedGroup> {
        let name = word.strip_prefix('@').unwrap_or(word).trim();
        if is_id(name) {
            let is_meant = |named: &&NamedGroup| {
                let id = named.group.wnid.as_deref();
                !named.kind.is_first_meaning() && id.is_some_and(|id| id.eq_ignore_ascii_case(name))
            };
            return self.iter().find(is_meant).into_iter().collect();
        }
        for named in self.named(name) {
            for is_first in [true, false] {
                let is_meant = |named: &&NamedGroup| named.kind.is_first_meaning() == is_first;
                let found: Vec<_> = named.iter().copied().filter(is_meant).collect();
                if !found.is_empty() {
                    return found;
                }
            }
        }
        vec![]
    }

    /// The group that `word` names, if it names one. Unlike [`Groups::find`] it does not look for similar names.
    pub(super) fn get(&self, word: &str) -> Option<&Group> {
        widest(&self.meanings(word))
    }

    /// A word that finds this group: `@wild-cat`, or its WordNet id if its names mean other groups.
    pub fn word(&self, named: &NamedGroup) -> String {
        word_for(named, |word| self.get(word))
    }
}

/// A word with which `get` finds this group.
pub(super) fn word_for<'a>(named: &NamedGroup, get: impl Fn(&str) -> Option<&'a Group>) -> String {
    // Names that begin with `@`, and names that are ids, do not find their own group. `get` is not `find`, whose error would in turn
    // suggest words.
    let is_it = |name: &&Arc<str>| get(&word(name)).is_some_and(|found| found.classes == named.group.classes);
    let name = named.names.iter().find(is_it).or(named.group.wnid.as_ref());
    word(name.unwrap_or(&named.group.name))
}

/// The meaning that includes all classes of the others.
fn widest<'a>(meanings: &[&'a NamedGroup]) -> Option<&'a Group> {
    let widest = meanings.iter().map(|named| &named.group).max_by_key(|group| group.classes.len())?;
    meanings.iter().all(|named| named.group.classes.is_subset(&widest.classes)).then_some(widest)
}
