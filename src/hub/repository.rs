//! Names of repositories: `owner/name[@revision]`, checked before they become paths and URLs.

use std::fmt;
use std::str::FromStr;

use super::error::HubError;

/// The branch used if none is named.
pub const DEFAULT_REVISION: &str = "main";

/// A model repository of the hub at one revision.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Repository {
    id: String,
    revision: Option<String>,
}

impl Repository {
    /// The repository `id` (`owner/name`) at `revision`: a branch, a tag, `refs/pr/N` or a commit hash;
    /// `None` is `main`.
    ///
    /// # Errors
    /// [`HubError::InvalidRepository`] for names that the hub does not allow or that could leave the cache
    /// folder.
    pub fn new(id: &str, revision: Option<&str>) -> Result<Self, HubError> {
        let invalid = |reason| HubError::InvalidRepository { given: id.to_owned(), reason };
        check_id(id).map_err(invalid)?;
        if let Some(revision) = revision {
            check_revision(revision)
                .map_err(|reason| HubError::InvalidRevision { given: revision.to_owned(), reason })?;
        }
        Ok(Self { id: id.to_owned(), revision: revision.map(str::to_owned) })
    }

    /// `owner/name`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The revision asked for; `main` if none was named.
    pub fn revision(&self) -> &str {
        self.revision.as_deref().unwrap_or(DEFAULT_REVISION)
    }
}

impl FromStr for Repository {
    type Err = HubError;

    /// Parses `owner/name` or `owner/name@revision`.
    fn from_str(text: &str) -> Result<Self, HubError> {
        match text.split_once('@') {
            Some((id, revision)) => Self::new(id, Some(revision)),
            None => Self::new(text, None),
        }
    }
}

impl fmt::Display for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.revision {
            Some(revision) => write!(f, "{}@{revision}", self.id),
            None => f.write_str(&self.id),
        }
    }
}

/// The rules of `huggingface_hub` (2.4.0, `utils/_validators.py`), with the owner required.
fn check_id(id: &str) -> Result<(), &'static str> {
    let Some((owner, name)) = id.split_once('/') else { return Err("expected owner/name") };
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_part = |part: &str| {
        part.starts_with(is_word)
            && part.ends_with(is_word)
            && part.chars().all(|c| is_word(c) || c == '-' || c == '.')
    };
    if id.len() > 96 {
        Err("longer than 96 characters")
    } else if !is_part(owner) || !is_part(name) {
        Err(
            "expected owner/name of letters, digits, `-`, `_` and `.`, starting and ending with a letter or digit",
        )
    } else if id.contains("--") || id.contains("..") {
        Err("`--` and `..` are not allowed")
    } else if name.rsplit_once('.').is_some_and(|(_, ending)| ending == "git") {
        Err("the name must not end in `.git`")
    } else {
        Ok(())
    }
}

/// The rules of `git check-ref-format`, without characters that are special in paths or shells.
fn check_revision(revision: &str) -> Result<(), &'static str> {
    let is_plain =
        |c: char| c.is_ascii_alphanumeric() || "-_./+@=,#%".contains(c) || (!c.is_ascii() && !c.is_control());
    if revision.len() > 200 {
        Err("longer than 200 bytes")
    } else if !revision.chars().all(is_plain) {
        Err("white space, control characters and `~^:?*[\\` are not allowed")
    } else if revision.split('/').any(|part| part.is_empty() || part.starts_with('.'))
        || revision.contains("..")
    {
        Err("parts between slashes must not be empty or start with `.`, and `..` is not allowed")
    } else {
        Ok(())
    }
}

/// Whether `text` is a whole commit hash: 40 lower-case hexadecimal digits.
pub(super) fn is_commit(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_id_and_revision() {
        let parsed = |text: &str| {
            let repository: Repository = text.parse().unwrap();
            (repository.id().to_owned(), repository.revision().to_owned(), repository.to_string())
        };
        let expected =
            |id: &str, revision: &str, text: &str| (id.to_owned(), revision.to_owned(), text.to_owned());
        let id = "google/mobilenet_v2_0.75_160";
        assert_eq!(parsed(id), expected(id, "main", id));
        let at = format!("{id}@refs/pr/4");
        assert_eq!(parsed(&at), expected(id, "refs/pr/4", &at));
        // Everything after the first `@` is the revision.
        assert_eq!(parsed("a/b@v1@x"), expected("a/b", "v1@x", "a/b@v1@x"));
    }

    #[test]
    fn refuses_names_that_are_not_repositories() {
        for id in [
            "", "name", "/name", "owner/", "a/b/c", "../b", "a/..", "a/.b", "a/b.", "a/b--c", "a/b..c",
            "a/b.git",
        ] {
            assert!(Repository::new(id, None).is_err(), "{id}");
        }
        for id in ["a/b c", "a/b\n", "a\\b/c", "a/é", "a/-b"] {
            assert!(Repository::new(id, None).is_err(), "{id}");
        }
        assert!(Repository::new(&format!("a/{}", "b".repeat(94)), None).is_ok());
        assert!(Repository::new(&format!("a/{}", "b".repeat(95)), None).is_err());
    }

    #[test]
    fn refuses_revisions_that_could_leave_the_cache() {
        for revision in [
            "", "..", "../x", "a/../b", "/a", "a/", "a//b", ".", "a/.b", "a..b", "a b", "a\\b", "a:b", "a\0b",
        ] {
            assert!(Repository::new("a/b", Some(revision)).is_err(), "{revision:?}");
        }
        for revision in
            ["main", "refs/pr/4", "v1.0", "feature/größe", "5d96f9d4a2d8dfc954023eeaa456d88c1503ea1f"]
        {
            assert!(Repository::new("a/b", Some(revision)).is_ok(), "{revision}");
        }
    }
}
