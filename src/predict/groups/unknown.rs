//! Words that name no group, or several.

use thiserror::Error;

use super::group::{GroupKind, Groups, NamedGroup};
use super::meanings::nearest_group;
use super::spelling::is_id;
use crate::predict::labels::Label;
use crate::predict::similar_classes::{Likeness, similar};
use crate::words::and_list;

/// A word that names no group, or several.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{message}")]
pub struct UnknownGroup {
    /// The word as the user wrote it.
    pub word: String,
    /// How the groups of `similar` resemble the word; `None` if no group does.
    pub likeness: Option<Likeness>,
    /// Words that name what may have been meant, each with its `@`, the likeliest first.
    pub similar: Vec<String>,
    /// A sentence that says what was found.
    message: String,
}

/// How many similar groups an error lists.
const SHOWN: usize = 5;

impl UnknownGroup {
    pub(super) fn new(word: &str, groups: &Groups) -> Self {
        let name = word.trim_start_matches('@').trim();
        let has_groups = groups.iter().any(|named| named.kind != GroupKind::Class);
        let (likeness, similar) = has_groups.then(|| alike(name, groups)).flatten().unzip();
        let similar: Vec<String> = similar.unwrap_or_default();
        let clause = match &similar[..] {
            _ if !has_groups => {
                "; the classes of this model have no WordNet ids, so they are in no groups".to_owned()
            }
            [] if is_id(name) => "; no class is a kind of this WordNet id".to_owned(),
            [] => String::new(),
            _ => {
                let more = similar.len().saturating_sub(SHOWN);
                let more = if more == 0 { String::new() } else { format!(" and {more} more") };
                format!("; similar: {}{more}", similar[..similar.len().min(SHOWN)].join(", "))
            }
        };
        let message = format!("no group of classes is called `{word}`{clause}");
        Self { word: word.to_owned(), likeness, similar, message }
    }

    /// The error for a word with several meanings of which none includes the others.
    pub(super) fn ambiguous(word: &str, meanings: &[&NamedGroup]) -> Self {
        let id = |named: &&NamedGroup| {
            let group = &named.group;
            format!("@{}", group.wnid.as_ref().unwrap_or(&group.name))
        };
        let described = |named: &&NamedGroup| {
            let classes = match named.group.classes.len() {
                1 => "1 class".to_owned(),
                several => format!("{several} classes"),
            };
            let above = named.above.as_ref().map(|above| format!("{above}, ")).unwrap_or_default();
            format!("{} ({above}{classes})", id(named))
        };
        let meant = and_list(meanings.iter().map(described));
        Self {
            word: word.to_owned(),
            likeness: Some(Likeness::Group),
            similar: meanings.iter().map(id).collect(),
            message: format!("`{word}` has {} meanings: {meant}", meanings.len()),
        }
    }
}

/// Groups whose names are similar to `name`, as words that find them.
fn alike(name: &str, groups: &Groups) -> Option<(Likeness, Vec<String>)> {
    if let Some(group) = nearest_group(name).and_then(|near| groups.find(near).ok()) {
        return Some((Likeness::Group, vec![super::spelling::word(&group.name)]));
    }
    let labels: Vec<Label> = groups.iter().map(|named| named.names.join(", ").into()).collect();
    let (likeness, names) = similar(name, &labels)?;
    let mut words: Vec<String> = vec![];
    for name in names {
        let named = groups.iter().find(|named| named.names.iter().any(|known| **known == *name));
        words.extend(named.map(|named| groups.word(named)).filter(|word| !words.contains(word)));
    }
    Some((likeness, words))
}
