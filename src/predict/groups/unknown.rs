//! Words that name no group, or several.

use thiserror::Error;

use super::group::{Group, Groups};
use crate::models::spelling::nearest;

/// A word that names no group, or several.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{message}")]
pub struct UnknownGroup {
    /// As the user wrote it.
    pub word: String,
    /// Why no group was found.
    pub reason: UnknownReason,
    /// Words that name what may have been meant, each with its `@`, the likeliest first.
    pub similar: Vec<String>,
    message: String,
}

/// Why a word names no group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownReason {
    /// There are no groups.
    NoGroups,
    /// No group has this name.
    NoSuchName,
    /// It means several things: each of `similar` is one.
    Ambiguous,
}

impl UnknownGroup {
    pub(super) fn new(word: &str, groups: &Groups) -> Self {
        let known = groups.iter().flat_map(|(_, names)| names.iter().map(ToString::to_string));
        let similar: Vec<_> =
            nearest(word.trim_start_matches('@'), known).iter().map(|name| format!("@{name}")).collect();
        let clause =
            if similar.is_empty() { String::new() } else { format!("; similar: {}", similar.join(", ")) };
        let message = format!("no group of classes is called `{word}`{clause}");
        Self { word: word.to_owned(), reason: UnknownReason::NoSuchName, similar, message }
    }

    pub(super) fn ambiguous(word: &str, meanings: &[&Group]) -> Self {
        let similar: Vec<_> = meanings
            .iter()
            .map(|group| format!("@{}", group.wnid.as_deref().unwrap_or(&group.name)))
            .collect();
        let message = format!("`{word}` has {} meanings: {}", meanings.len(), similar.join(", "));
        Self { word: word.to_owned(), reason: UnknownReason::Ambiguous, similar, message }
    }
}
