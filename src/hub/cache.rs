//! One repository in the Hugging Face cache, laid out as Python does:
//!
//! ```text
//! models--OWNER--NAME/
//!   blobs/HASH                     contents, by their hash
//!   snapshots/COMMIT/FILE          -> ../../blobs/HASH
//!   refs/BRANCH                    the commit, 40 hexadecimal digits
//!   .no_exist/COMMIT/FILE          empty: this commit has no such file
//! .locks/models--OWNER--NAME/HASH.lock
//! ```
//!
//! Own code, because `hf-hub` gives files their names unchecked and writes references in place. Here every
//! file gets its name by a rename after its checks, so readers see all of it or nothing. Reading writes
//! nothing.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use hf_hub::{Cache, Repo};

use super::cached_repo::CachedRepo;
use super::error::HubError;
use super::etag::Etag;
use super::leftovers;
use super::repository::{Repository, is_commit};
use super::temporary::create_parent;
use crate::atomic_file::unique_name;
use crate::regular_file;

/// Limit for a reference, in bytes. It holds the 40 of a commit, and other programs may end it with a line feed.
const LARGEST_REFERENCE: u64 = 1 << 10;

/// The cache folder of one repository.
pub(super) struct RepositoryCache {
    folder: PathBuf,
    locks: PathBuf,
    revision: String,
}

/// What the cache knows about a file of a commit.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum FileState {
    /// The file is here.
    Present(PathBuf),
    /// The commit has no such file.
    Absent,
    /// Nothing is known.
    Unknown,
}

impl FileState {
    pub(super) fn into_path(self) -> Option<PathBuf> {
        match self {
            Self::Present(path) => Some(path),
            Self::Absent | Self::Unknown => None,
        }
    }
}

/// Repositories that have a folder in the cache at `cache_dir`, sorted by name.
pub(super) fn repositories(cache_dir: &Path) -> Vec<Repository> {
    let folders = fs::read_dir(cache_dir).into_iter().flatten().flatten();
    let repository = |folder: fs::DirEntry| {
        let name = folder.file_name().into_string().ok()?;
        // Owners and names never contain two dashes in a row.
        Repository::new(&name.strip_prefix("models--")?.replacen("--", "/", 1), None).ok()
    };
    let mut found: Vec<_> = folders.filter_map(repository).collect();
    found.sort_by(|a, b| a.id().cmp(b.id()));
    found
}

impl RepositoryCache {
    /// The folder of `repository` in the cache at `cache_dir`, which need not exist.
    pub(super) fn new(cache_dir: &Path, repository: &Repository) -> Self {
        let cache = Cache::new(cache_dir.to_owned());
        let name = Repo::model(repository.id().to_owned()).folder_name();
        Self {
            folder: cache.path().join(&name),
            locks: cache.path().join(".locks").join(name),
            revision: repository.revision().to_owned(),
        }
    }

    /// All revisions in the cache.
    pub(super) fn cached_repo(&self) -> Option<CachedRepo> {
        CachedRepo::open(&self.folder, &self.locks)
    }

    /// The commit that the revision pointed to when it was last asked for; a full commit hash stands for
    /// itself.
    pub(super) fn commit(&self) -> Option<String> {
        if is_commit(&self.revision) {
            return Some(self.revision.clone());
        }
        let commit = regular_file::read_text(&self.reference(), LARGEST_REFERENCE).ok()?.trim().to_owned();
        is_commit(&commit).then_some(commit)
    }

    /// What is known about the file `name` of `commit`. An empty or special file or a dangling link does not
    /// count as present.
    pub(super) fn file(&self, commit: &str, name: &str) -> FileState {
        let path = self.pointer(commit, name);
        if is_plausible(&path) {
            FileState::Present(path)
        } else if self.absence(commit, name).is_file() {
            FileState::Absent
        } else {
            FileState::Unknown
        }
    }

    /// Where the content with this tag belongs.
    pub(super) fn blob(&self, etag: &Etag) -> PathBuf {
        self.folder.join("blobs").join(etag.as_str())
    }

    /// Whether the content with this tag is present and intact: by its hash, or by its size if the tag is not a hash.
    pub(super) fn holds(&self, etag: &Etag, size: Option<u64>) -> bool {
        let blob = self.blob(etag);
        let has_right_size =
            || size.is_none_or(|size| blob.metadata().is_ok_and(|found| found.len() == size));
        is_plausible(&blob) && has_right_size() && etag.check_file(&blob).is_ok_and(|check| check.is_none())
    }

    /// The lock under which it is downloaded.
    pub(super) fn lock(&self, etag: &Etag) -> PathBuf {
        self.locks.join(format!("{etag}.lock"))
    }

    /// Notes that `commit` has no file `name`. If the note cannot be written, the hub is asked again next
    /// time.
    pub(super) fn mark_absent(&self, commit: &str, name: &str) {
        let path = self.absence(commit, name);
        if create_parent(&path).is_ok() {
            let _ = File::create_new(&path);
        }
    }

    /// Removes what killed runs left, except what another process is at work on.
    pub(super) fn sweep(&self) {
        leftovers::sweep(&self.folder, &self.locks);
    }

    /// Makes the file `name` of the snapshot of `commit` a link to the blob of `etag`.
    pub(super) fn link_snapshot(&self, commit: &str, name: &str, etag: &Etag) -> Result<PathBuf, HubError> {
        let (pointer, blob) = (self.pointer(commit, name), self.blob(etag));
        // Up from `snapshots/COMMIT/`, and one level more for each folder in the name.
        let target = format!("{}blobs/{etag}", "../".repeat(2 + name.matches('/').count()));
        let make = || {
            create_parent(&pointer)?;
            let temporary = unique_name(&pointer, "tmp");
            link(Path::new(&target), &blob, &temporary)?;
            fs::rename(&temporary, &pointer).inspect_err(|_| drop(fs::remove_file(&temporary)))
        };
        make().map_err(|source| HubError::write(&pointer, source))?;
        Ok(pointer)
    }

    /// Remembers that the revision now points to `commit`.
    pub(super) fn set_commit(&self, commit: &str) -> Result<(), HubError> {
        if self.commit().as_deref() == Some(commit) {
            return Ok(());
        }
        let reference = self.reference();
        let write = || {
            create_parent(&reference)?;
            let temporary = unique_name(&reference, "tmp");
            fs::write(&temporary, commit)?;
            fs::rename(&temporary, &reference).inspect_err(|_| drop(fs::remove_file(&temporary)))
        };
        write().map_err(|source| HubError::write(&reference, source))
    }

    fn reference(&self) -> PathBuf {
        self.folder.join("refs").join(&self.revision)
    }

    fn pointer(&self, commit: &str, name: &str) -> PathBuf {
        self.folder.join("snapshots").join(commit).join(name)
    }

    fn absence(&self, commit: &str, name: &str) -> PathBuf {
        self.folder.join(".no_exist").join(commit).join(name)
    }
}

/// Whether `path` is a non-empty file, or a link to one.
fn is_plausible(path: &Path) -> bool {
    path.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.len() > 0)
}

/// Makes `link` a relative symbolic link, so that the cache can be moved.
#[cfg(unix)]
fn link(target: &Path, _blob: &Path, link: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, link)
}

/// Elsewhere symbolic links need a privilege; a hard link does as well.
#[cfg(not(unix))]
fn link(_target: &Path, blob: &Path, link: &Path) -> io::Result<()> {
    fs::hard_link(blob, link).or_else(|_| fs::copy(blob, link).map(drop))
}
