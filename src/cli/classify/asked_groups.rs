//! The words of `--only` and `--not`: classes, and groups such as `@dog`.

use std::collections::BTreeSet;

use anyhow::Result;

use super::class_words::{classes, failure, unquoted, unspaced};
use crate::cli::command_line::{Arity, CommandLine};
use crate::cli::console::{Console, Failure};
use crate::cli::group_flags::{GroupFlags, note_scores};
use crate::cli::hint::quoted_word;
use crate::predict::{AllGroups, AskedGroup, Group, Labels};
use crate::record::GroupName;

/// The words after a flag, with the classes and groups that they name.
pub(super) struct AskedWords<'a> {
    flag: &'static str,
    words: &'a [String],
    /// The classes that are named directly, not by a group.
    pub(super) classes: BTreeSet<usize>,
    groups: Vec<(GroupName, Group)>,
    /// Whether one of the groups is from the file of `--groups`.
    has_own: bool,
    /// Each word that does not name a group, with its classes.
    plain: Vec<(&'a str, BTreeSet<usize>)>,
}

impl<'a> AskedWords<'a> {
    pub(super) fn new(
        flag: &'static str,
        words: &'a [String],
        labels: &Labels,
        named: &AllGroups,
    ) -> Result<Self> {
        let is_known = |words: &str| match words.strip_prefix('@') {
            Some(group) => named.find(group).is_ok(),
            None => labels.find(&[words.to_owned()]).is_ok(),
        };
        let mut groups: Vec<(GroupName, Group)> = vec![];
        for word in words.iter().filter(|word| word.starts_with('@')) {
            let group = named.find(word).map_err(|error| {
                unspaced(word, flag, is_known)
                    .or_else(|| unquoted(word, "group", flag, words, is_known))
                    .unwrap_or_else(|| failure(&error.into(), flag, words.len()))
            })?;
            if groups.iter().all(|(_, other)| *other != group) {
                groups.push((name(word, &group), group));
            }
        }
        let own_word = |word: &str| named.own_word(word);
        let classes = classes(flag, words, labels, is_known, own_word)?;
        let of_word = |word: &'a String| Some((word.as_str(), labels.find(std::slice::from_ref(word)).ok()?));
        let plain = words.iter().filter(|word| !word.starts_with('@')).filter_map(of_word).collect();
        let has_own = groups.iter().any(|(_, group)| named.own().contains(group));
        Ok(Self { flag, words, classes, groups, has_own, plain })
    }

    /// Whether any word names classes directly.
    pub(super) fn has_classes(&self) -> bool {
        !self.plain.is_empty()
    }

    /// All classes that are named, directly or by a group.
    pub(super) fn all(&self) -> BTreeSet<usize> {
        let groups = self.groups.iter().flat_map(|(_, group)| &group.classes);
        self.classes.iter().chain(groups).copied().collect()
    }

    /// The words that name some of these `classes`, separated by commas; `None` if there are no such words.
    fn that_name_some_of(&self, classes: &BTreeSet<usize>) -> Option<String> {
        let groups = self.groups.iter().map(|(name, group)| (name.title(), &group.classes));
        let plain = self.plain.iter().map(|(word, classes)| ((*word).to_owned(), classes));
        let mut words: Vec<String> = vec![];
        for (word, named) in groups.chain(plain) {
            if !named.is_disjoint(classes) && !words.contains(&word) {
                words.push(word);
            }
        }
        (!words.is_empty()).then(|| words.join(", "))
    }
}

/// The name in answers of a group that was asked for as `word`.
fn name(word: &str, group: &Group) -> GroupName {
    let is_id = |wnid: &std::sync::Arc<str>| word.trim_start_matches('@').trim().eq_ignore_ascii_case(wnid);
    let is_by_id = group.wnid.as_ref().is_some_and(is_id);
    GroupName { name: group.name.clone(), wnid: group.wnid.clone(), without: None, is_by_id }
}

/// The groups that `only` asks for, without the classes that `not` leaves out.
///
/// # Errors
/// If a group has no classes left.
pub(super) fn asked_groups(only: &AskedWords, not: &AskedWords) -> Result<Vec<AskedGroup>> {
    let left_out = not.all();
    let is_own = only.has_own || not.has_own;
    let asked = |(name, group): &(GroupName, Group)| {
        let without = not.that_name_some_of(&group.classes);
        let classes: BTreeSet<_> = group.classes.difference(&left_out).copied().collect();
        if classes.is_empty() {
            let message = format!(
                "{} {} leaves nothing of {}",
                not.flag,
                not.words.iter().map(quoted_word).collect::<Vec<_>>().join(" "),
                name.title()
            );
            let hint = CommandLine::of_process().without(&[not.flag], Arity::Many);
            return Err(Failure::error(message, hint.and_then(|line| line.shown())));
        }
        Ok(AskedGroup {
            name: GroupName { without: without.map(Into::into), ..name.clone() },
            classes,
            is_own,
        })
    };
    only.groups.iter().map(asked).collect()
}

/// Notes what a user might not expect: unused groups, groups that hide built-in ones, and scores that are not sums.
pub(super) fn note_groups(
    flags: &GroupFlags,
    named: &AllGroups,
    is_used: bool,
    is_multi_label: bool,
    console: &Console,
) {
    let unasked = "neither an @word nor --level coarse asks";
    flags.own.note(named, is_used, unasked, console);
    if is_used {
        note_scores(is_multi_label, console);
    }
}
