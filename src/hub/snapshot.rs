//! Which files of a repository are requested, and which were found.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use super::cache::{FileState, RepositoryCache};
use super::repository::Repository;

/// A request for a file of a repository, by its name there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileRequest {
    /// This file; it is an error if the repository has none.
    Required(Cow<'static, str>),
    /// This file, if the repository has it.
    Optional(Cow<'static, str>),
    /// The first of these that the repository has; it is an error if it has none.
    FirstOf(&'static [&'static str]),
}

impl FileRequest {
    /// A request for a file that must exist.
    pub const fn required(name: &'static str) -> Self {
        Self::Required(Cow::Borrowed(name))
    }

    /// A request for a file that may exist.
    pub const fn optional(name: &'static str) -> Self {
        Self::Optional(Cow::Borrowed(name))
    }

    /// The names that satisfy the request, best first.
    pub(super) fn names(&self) -> Vec<&str> {
        match self {
            Self::Required(name) | Self::Optional(name) => vec![name],
            Self::FirstOf(names) => names.to_vec(),
        }
    }

    /// Whether the repository may lack the file.
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
    pub(super) files: Vec<(String, PathBuf)>,
    pub(super) unknown_optional: Vec<String>,
}

impl Snapshot {
    /// Path of the file `name` of the repository; `None` if the repository lacks it or it was not requested.
    pub fn file(&self, name: &str) -> Option<&Path> {
        self.files().find(|(found, _)| *found == name).map(|(_, path)| path)
    }

    /// Names and paths of the files, in the order of the requests.
    pub fn files(&self) -> impl Iterator<Item = (&str, &Path)> {
        self.files.iter().map(|(name, path)| (name.as_str(), path.as_path()))
    }

    /// Optional files that the repository may have, as far as the cache knows. Empty unless offline.
    pub fn unknown_optional(&self) -> &[String] {
        &self.unknown_optional
    }

    /// What the cache holds of `commit`; `None` if it lacks a file that is not optional.
    pub(super) fn of_cache(
        repository: &Repository,
        cache: &RepositoryCache,
        commit: &str,
        requests: &[FileRequest],
    ) -> Option<Self> {
        let (mut files, mut unknown_optional) = (Vec::new(), Vec::new());
        for request in requests {
            let names = request.names();
            let present = |name: &&str| Some(((*name).to_owned(), cache.file(commit, name).into_path()?));
            match names.iter().find_map(present) {
                Some(found) => files.push(found),
                None if !request.is_optional() => return None,
                None => {
                    let is_unknown = |name: &&str| cache.file(commit, name) == FileState::Unknown;
                    unknown_optional.extend(names.into_iter().filter(is_unknown).map(str::to_owned));
                }
            }
        }
        Some(Self { repository: repository.clone(), commit: commit.to_owned(), files, unknown_optional })
    }
}
