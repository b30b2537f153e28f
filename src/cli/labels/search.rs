//! What the patterns find.

use std::collections::BTreeSet;

use anyhow::Result;

use crate::cli::command_line::CommandLine;
use crate::cli::console::Failure;
use crate::predict::{AllGroups, GroupKind, Labels, Likeness, NamedGroup, UnknownClass};

/// Classes and groups.
#[derive(Debug, Default)]
pub(super) struct Found<'a> {
    /// Indices of classes.
    pub classes: BTreeSet<usize>,
    /// In the order in which they were found.
    pub groups: Vec<&'a NamedGroup>,
    /// Whether the groups begin with the user's own and the coarse level.
    pub begins_with_coarse: bool,
}

/// Flags whose value is the next word.
const VALUED: [&str; 4] = ["-m", "--model", "--labels", "--groups"];

/// Groups of fewer classes are listed only where a pattern asks for them by name.
const SMALLEST_LISTED: usize = 2;

impl<'a> Found<'a> {
    /// Adds what `pattern` finds.
    pub(super) fn add(&mut self, pattern: &str, labels: &Labels, groups: &'a AllGroups) -> Result<()> {
        if pattern == "@" {
            let all = listed(groups);
            if all.is_empty() {
                return groups.find(pattern).map(drop).map_err(|error| failure(&error.into(), false));
            }
            self.begins_with_coarse |= self.groups.is_empty();
            self.extend(all);
            return Ok(());
        }
        let named = match pattern.strip_prefix('@') {
            Some(_) => groups.find(pattern).map(|group| group.classes).map_err(UnknownClass::from),
            None => labels.find(&[pattern.to_owned()]),
        };
        let is_word = pattern.chars().any(char::is_alphabetic) && !pattern.starts_with('@');
        let (classes, found) =
            if is_word { (labels.search(pattern), groups.search(pattern)) } else { Default::default() };
        match named {
            Ok(named) => self.classes.extend(named),
            // The id of a group.
            Err(_) if is_word && groups.find(pattern).is_ok() && found.is_empty() && classes.is_empty() => {
                self.classes.extend(groups.find(pattern).map(|group| group.classes).unwrap_or_default());
            }
            Err(error) if found.is_empty() && classes.is_empty() => {
                return Err(failure(&error, !listed(groups).is_empty()));
            }
            Err(_) => {}
        }
        self.classes.extend(classes);
        self.extend(found);
        Ok(())
    }

    /// Adds the groups of the user's file.
    pub(super) fn add_own(&mut self, groups: &'a AllGroups) {
        self.extend(groups.iter().filter(|named| named.kind == GroupKind::Own).collect());
    }

    fn extend(&mut self, found: Vec<&'a NamedGroup>) {
        let is_new = |named: &&NamedGroup| !self.groups.iter().any(|other| other.group == named.group);
        let new: Vec<_> = found.into_iter().filter(is_new).collect();
        self.groups.extend(new);
    }
}

/// The user's own groups, those of the coarse level, then all others, the largest first.
fn listed(groups: &AllGroups) -> Vec<&NamedGroup> {
    let is_listed = |named: &&NamedGroup| match named.kind {
        GroupKind::Class => false,
        GroupKind::Synset => named.group.classes.len() >= SMALLEST_LISTED,
        GroupKind::Own | GroupKind::Coarse | GroupKind::Common => true,
    };
    let mut listed: Vec<&NamedGroup> = vec![];
    for named in groups.iter().filter(is_listed) {
        // A group of the coarse level is a synset, too.
        if !listed.iter().any(|other| other.group == named.group) {
            listed.push(named);
        }
    }
    listed.sort_by_key(|named| {
        let size = std::cmp::Reverse(named.group.classes.len());
        match named.kind {
            GroupKind::Own => (0, None),
            GroupKind::Coarse => (1, None),
            _ => (2, Some(size)),
        }
    });
    listed
}

/// The failure to find a pattern, with the command that may be meant: all groups, if the model has any, or all classes.
fn failure(error: &UnknownClass, has_groups: bool) -> anyhow::Error {
    let line = CommandLine::of_process();
    let near = match error.likeness {
        // All meanings of one word.
        Some(Likeness::Group | Likeness::Parts) => &error.similar[..],
        _ => &error.similar[..error.similar.len().min(1)],
    };
    let mended = position(&line, &error.word).and_then(|at| match near {
        [] if !has_groups => line.spliced(at..at + 1, [""; 0]).shown(),
        [] => line.spliced(at..at + 1, ["@"]).shown(),
        near => line.spliced(at..at + 1, near).shown(),
    });
    Failure::error(error, Some(mended.unwrap_or_else(|| "mnet labels @".to_owned())))
}

/// Where a pattern stands: after the command, and not as the value of a flag.
fn position(line: &CommandLine, pattern: &str) -> Option<usize> {
    let words = line.words();
    let is_value = |at: usize| VALUED.iter().any(|flag| words[at - 1] == *flag);
    let start = line.position("labels")? + 1;
    (start..words.len()).find(|&at| words[at] == *pattern && !is_value(at))
}
