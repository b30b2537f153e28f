//! What is wanted of a repository, and the files that answer it.

use std::path::{Path, PathBuf};

use super::cache::{CachedFile, RepositoryCache};
use super::repository::Repository;

/// A wish for files of a repository, by their names in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// This file; its absence is an error.
    Required(&'static str),
    /// This file if there is one.
    Optional(&'static str),
    /// The first of these that there is; the absence of all is an error.
    FirstOf(&'static [&'static str]),
}

impl Wanted {
    /// The names that answer the wish, the best first.
    pub(super) fn names(&self) -> &[&'static str] {
        match self {
            Self::Required(name) | Self::Optional(name) => std::slice::from_ref(name),
            Self::FirstOf(names) => names,
        }
    }

    /// Whether the wish can stay unanswered.
    pub(super) fn is_optional(&self) -> bool {
        matches!(self, Self::Optional(_))
    }
}

/// Files of a repository in the cache, all of one commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The repository as it was asked for.
    pub repository: Repository,
    /// Hash of the commit: 40 hexadecimal digits.
    pub commit: String,
    pub(super) files: Vec<(&'static str, PathBuf)>,
    pub(super) undecided: Vec<&'static str>,
}

impl Snapshot {
    /// Where the file `name` of the repository lies; None if the repository has none or it was not asked for.
    pub fn file(&self, name: &str) -> Option<&Path> {
        self.files.iter().find(|(found, _)| *found == name).map(|(_, path)| path.as_path())
    }

    /// Names and places of the files, in the order of the wishes.
    pub fn files(&self) -> impl Iterator<Item = (&'static str, &Path)> {
        self.files.iter().map(|(name, path)| (*name, path.as_path()))
    }

    /// Optional files of which the cache does not know whether the repository has them. Empty unless offline.
    pub fn undecided(&self) -> &[&'static str] {
        &self.undecided
    }

    /// What the cache holds of `commit`; None if a wish that is not optional is open.
    pub(super) fn of_cache(
        repository: &Repository,
        cache: &RepositoryCache,
        commit: &str,
        wanted: &[Wanted],
    ) -> Option<Self> {
        let mut snapshot = Self {
            repository: repository.clone(),
            commit: commit.to_owned(),
            files: vec![],
            undecided: vec![],
        };
        for wish in wanted {
            let states = wish.names().iter().map(|name| (*name, cache.file(commit, name)));
            match states.clone().find_map(|(name, state)| Some((name, state.into_path()?))) {
                Some(found) => snapshot.files.push(found),
                None if !wish.is_optional() => return None,
                None => {
                    let unknown = states.filter(|(_, state)| *state == CachedFile::Unknown);
                    snapshot.undecided.extend(unknown.map(|(name, _)| name));
                }
            }
        }
        Some(snapshot)
    }
}
