//! What the patterns find.

use std::collections::BTreeSet;

use anyhow::Result;

use crate::cli::command_line::CommandLine;
use crate::cli::console::Failure;
use crate::predict::{GroupKind, Groups, Labels, Likeness, NamedGroup, UnknownClass};

/// Classes and groups.
#[derive(Debug, Default)]
pub(super) struct Found<'a> {
    /// Indices of classes.
    pub classes: BTreeSet<usize>,
    /// In the order in which they were found.
    pub groups: Vec<&'a NamedGroup>,
}

/// Groups of fewer classes are listed only where a pattern asks for them by name.
const SMALLEST_LISTED: usize = 2;

impl<'a> Found<'a> {
    /// Adds what `pattern` finds.
    pub(super) fn add(&mut self, pattern: &str, labels: &Labels, groups: &'a Groups) -> Result<()> {
        if pattern == "@" {
            self.groups.extend(listed(groups));
            return Ok(());
        }
        let named = labels.find(&[pattern.to_owned()]);
        let is_word = pattern.chars().any(char::is_alphabetic) && !pattern.starts_with('@');
        let (classes, found) =
            if is_word { (labels.search(pattern), groups.search(pattern)) } else { Default::default() };
        match named {
            Ok(named) => self.classes.extend(named),
            // The id of a group.
            Err(_) if is_word && groups.find(pattern).is_ok() && found.is_empty() && classes.is_empty() => {
                self.classes.extend(groups.find(pattern).map(|group| group.classes).unwrap_or_default());
            }
            Err(error) if found.is_empty() && classes.is_empty() => return Err(failure(&error)),
            Err(_) => {}
        }
        self.classes.extend(classes);
        let is_new = |named: &&NamedGroup| !self.groups.iter().any(|other| other.group == named.group);
        let new: Vec<_> = found.into_iter().filter(is_new).collect();
        self.groups.extend(new);
        Ok(())
    }
}

/// The groups of the coarse level, then all others, the largest first.
fn listed(groups: &Groups) -> Vec<&NamedGroup> {
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
        let size = named.group.classes.len();
        (
            named.kind != GroupKind::Coarse,
            (named.kind != GroupKind::Coarse).then_some(std::cmp::Reverse(size)),
        )
    });
    listed
}

/// The failure to find a pattern, with the command that may be meant.
fn failure(error: &UnknownClass) -> anyhow::Error {
    let line = CommandLine::of_process();
    let near = match error.likeness {
        // All meanings of one word.
        Some(Likeness::Group | Likeness::Parts) => &error.similar[..],
        _ => &error.similar[..error.similar.len().min(1)],
    };
    let at = line.position(&error.word).filter(|_| !near.is_empty());
    let mended = at.and_then(|at| line.spliced(at..at + 1, near).shown());
    Failure::error(error, Some(mended.unwrap_or_else(|| "mnet labels @".to_owned())))
}
