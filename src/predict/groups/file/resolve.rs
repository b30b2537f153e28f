//! From definitions to classes.

use std::collections::BTreeSet;

use serde_json::Value;

use super::entries::Entries;
use super::error::GroupFault;
use crate::predict::groups::group::{Group, Groups};
use crate::predict::groups::name_index::NameIndex;
use crate::predict::groups::spelling::is_id;
use crate::predict::labels::Labels;

/// How deep groups may be nested.
const DEEPEST: usize = 100;

/// The state of the resolution.
struct Progress {
    /// The groups that are being resolved, each nested in the one before it.
    path: Vec<usize>,
    /// The classes of the groups that are already resolved.
    done: Vec<Option<BTreeSet<usize>>>,
}

/// The definitions of all groups.
pub(super) struct Definitions<'a> {
    /// The name of each group, with its labels.
    entries: Vec<(String, Vec<String>)>,
    by_name: NameIndex,
    labels: &'a Labels,
    known: &'a Groups,
}

impl<'a> Definitions<'a> {
    pub(super) fn new(entries: Entries, labels: &'a Labels, known: &'a Groups) -> Result<Self, GroupFault> {
        let mut named: Vec<(String, Vec<String>)> = vec![];
        let mut by_name = NameIndex::default();
        for (name, value) in entries.0 {
            let name = checked(&name)?.to_owned();
            if let Some(first) = by_name.first(&name) {
                return Err(GroupFault::Twice { first: named[first].0.clone(), second: name });
            }
            let words = words(&name, &value)?;
            by_name.add(&name, named.len());
            named.push((name, words));
        }
        if named.is_empty() {
            Err(GroupFault::NoGroups)
        } else {
            Ok(Self { entries: named, by_name, labels, known })
        }
    }

    /// Resolves the groups, in their order.
    pub(super) fn resolve(&self) -> Result<Vec<Group>, GroupFault> {
        let mut progress = Progress { path: vec![], done: vec![None; self.entries.len()] };
        let mut group = |place: usize| {
            let classes = self.classes(place, &mut progress)?;
            Ok(Group { name: self.entries[place].0.as_str().into(), wnid: None, classes })
        };
        (0..self.entries.len()).map(&mut group).collect()
    }

    /// The classes of the group at `place`.
    fn classes(&self, place: usize, progress: &mut Progress) -> Result<BTreeSet<usize>, GroupFault> {
        if let Some(classes) = &progress.done[place] {
            return Ok(classes.clone());
        }
        if progress.path.contains(&place) {
            return Err(self.circle(&progress.path, place));
        }
        if progress.path.len() == DEEPEST {
            return Err(GroupFault::Depth { group: self.entries[progress.path[0]].0.clone() });
        }
        progress.path.push(place);
        let mut classes = BTreeSet::new();
        for label in &self.entries[place].1 {
            classes.extend(match label.strip_prefix('@') {
                Some(word) => self.of_group(place, word, progress)?,
                None => self.of_class(place, label)?,
            });
        }
        progress.path.pop();
        progress.done[place] = Some(classes.clone());
        Ok(classes)
    }

    /// The classes of the group that `word` names in the definition of the group at `place`.
    fn of_group(
        &self,
        place: usize,
        word: &str,
        progress: &mut Progress,
    ) -> Result<BTreeSet<usize>, GroupFault> {
        let own = self.place_of(word);
        if let Some(other) = own.filter(|own| *own != place) {
            return self.classes(other, progress);
        }
        match self.known.find(word) {
            Ok(group) => Ok(group.classes),
            Err(_) if own.is_some() => Err(self.circle(&progress.path, place)),
            Err(unknown) => {
                // The user more likely meant a name of the file.
                let names = self.entries.iter().map(|(name, _)| Group {
                    name: name.as_str().into(),
                    wnid: None,
                    classes: BTreeSet::new(),
                });
                let similar = Groups::new(names.collect()).find(&format!("@{word}")).err();
                let similar = similar.filter(|unknown| !unknown.similar.is_empty());
                let unknown =
                    similar.or_else(|| self.known.find(&format!("@{word}")).err()).unwrap_or(unknown);
                let (label, message) = (format!("@{word}"), unknown.to_string());
                let (group, similar) = (self.entries[place].0.clone(), unknown.similar);
                Err(GroupFault::Unknown { group, label, message, similar })
            }
        }
    }

    fn of_class(&self, place: usize, label: &str) -> Result<BTreeSet<usize>, GroupFault> {
        let group = self.entries[place].0.clone();
        let own = self.place_of(label);
        let label = label.to_owned();
        let found = self.labels.find(std::slice::from_ref(&label));
        found.map_err(|unknown| {
            let message = unknown.to_string();
            if own.is_some() {
                return GroupFault::NoAt { group, label };
            }
            GroupFault::Unknown { group, label, message, similar: unknown.similar }
        })
    }

    /// The place of the group that `word` names.
    fn place_of(&self, word: &str) -> Option<usize> {
        self.by_name.first(word.trim())
    }

    fn circle(&self, path: &[usize], place: usize) -> GroupFault {
        let start = path.iter().position(|on_path| *on_path == place).unwrap_or_default();
        let places = path[start..].iter().chain([&place]);
        GroupFault::Circle { groups: places.map(|place| self.entries[*place].0.clone()).collect() }
    }
}

/// The name of a group, which may be written with its `@`.
fn checked(name: &str) -> Result<&str, GroupFault> {
    let name = name.trim_start_matches(|c: char| c == '@' || c.is_whitespace()).trim_end();
    let fault = |message: String| Err(GroupFault::Name(message));
    if name.is_empty() {
        return fault("a group has no name".to_owned());
    }
    if name.contains(char::is_control) {
        return fault(format!("the name `{}` has a control character", name.escape_debug()));
    }
    if is_id(name) {
        return fault(format!("`{name}` is the form of a WordNet id, not a name"));
    }
    Ok(name)
}

/// The labels in a value, which is a list of labels or a single one.
fn words(group: &str, value: &Value) -> Result<Vec<String>, GroupFault> {
    let word = |value: &Value| match value {
        Value::String(word) => Ok(word.trim().to_owned()),
        Value::Number(index) if index.is_u64() => Ok(index.to_string()),
        other => Err(GroupFault::Value { group: group.to_owned(), found: other.to_string() }),
    };
    let words: Vec<_> = match value {
        Value::Array(list) => list.iter().map(word).collect::<Result<_, _>>()?,
        one => vec![word(one)?],
    };
    if words.is_empty() { Err(GroupFault::Empty { group: group.to_owned() }) } else { Ok(words) }
}
