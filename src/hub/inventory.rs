//! What the cache holds.

use std::collections::BTreeMap;
use std::fs::{self, DirEntry};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::error::HubError;
use super::repository::{Repository, is_commit};

/// A model repository in the cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CachedRepository {
    /// `owner/name`.
    pub id: String,
    /// Its folder.
    pub folder: PathBuf,
    /// Its snapshots, by commit.
    pub revisions: Vec<CachedRevision>,
    /// Bytes on the disk, unfinished downloads included.
    pub bytes: u64,
}

/// A snapshot in the cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CachedRevision {
    /// 40 hexadecimal digits.
    pub commit: String,
    /// Branches, tags and pull requests that mean it.
    pub names: Vec<String>,
}

/// The repositories in the cache at `cache_dir`, by name.
pub(super) fn list(cache_dir: &Path) -> Result<Vec<CachedRepository>, HubError> {
    let entries = match fs::read_dir(cache_dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(vec![]),
        Err(source) => return Err(HubError::Read { path: cache_dir.to_owned(), source }),
    };
    let mut found: Vec<_> = entries.flatten().filter_map(|entry| repository(&entry)).collect();
    found.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(found)
}

/// The repository of a folder `models--OWNER--NAME`.
fn repository(entry: &DirEntry) -> Option<CachedRepository> {
    let name = entry.file_name();
    let id = name.to_str()?.strip_prefix("models--")?.replacen("--", "/", 1);
    Repository::new(&id, None).ok()?;
    let folder = entry.path();
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let references = folder.join("refs");
    walk(&references, &mut |file| {
        let name = file.strip_prefix(&references).ok().and_then(Path::to_str);
        // A killed process may leave the temporary name of a reference.
        if let (Some(name), Ok(commit)) =
            (name.filter(|name| name.rsplit('.').next() != Some("tmp")), fs::read_to_string(file))
        {
            names.entry(commit.trim().to_owned()).or_default().push(name.to_owned());
        }
    });
    let mut revisions: Vec<_> = fs::read_dir(folder.join("snapshots"))
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|commit| is_commit(commit))
        .map(|commit| CachedRevision { names: names.remove(&commit).unwrap_or_default(), commit })
        .collect();
    revisions.sort_by(|a, b| a.commit.cmp(&b.commit));
    for revision in &mut revisions {
        revision.names.sort();
    }
    let mut bytes = 0;
    walk(&folder, &mut |file| bytes += fs::symlink_metadata(file).map_or(0, |metadata| metadata.len()));
    Some(CachedRepository { id, folder, revisions, bytes })
}

/// Calls `visit` for every regular file under `folder`; links are not followed.
fn walk(folder: &Path, visit: &mut dyn FnMut(&Path)) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => walk(&entry.path(), visit),
            Ok(kind) if kind.is_file() => visit(&entry.path()),
            _ => {}
        }
    }
}
