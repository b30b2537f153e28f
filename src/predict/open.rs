//! The source of a checkpoint to the checkpoint: from the binary, from disk, or from the hub.

use std::path::Path;

use thiserror::Error;

use super::assumption::Subject;
use super::checkpoint::{Checkpoint, CheckpointError};
use super::selection::Source;
use super::weight_folder::WEIGHT_FILES;
use crate::hub::{FileRequest, Hub, HubError, Observer, Offline, Repository, Snapshot};
use crate::models::Library;
use crate::weights::{is_index, shards};

/// The files of a repository that make a checkpoint, except those that an index of weights lists.
pub static CHECKPOINT_FILES: [FileRequest; 4] = [
    FileRequest::optional("config.json"),
    FileRequest::optional("preprocessor_config.json"),
    FileRequest::optional("processor_config.json"),
    FileRequest::FirstOf(&WEIGHT_FILES),
];

/// Why a checkpoint cannot be opened.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The hub, or its cache, does not have it.
    #[error(transparent)]
    Hub(#[from] HubError),
    /// It exists, but does not open.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}

/// Opens the checkpoint at `source`; `hub` is called only for a source that needs it.
///
/// # Errors
/// If the checkpoint is not available or not supported.
pub fn open(
    source: &Source,
    hub: impl FnOnce() -> Result<Hub, HubError>,
    observer: &mut Observer<'_>,
) -> Result<Checkpoint, OpenError> {
    match source {
        Source::BuiltIn => Ok(Checkpoint::built_in()?),
        Source::Local(path) => Ok(Checkpoint::open(path)?),
        Source::Hub(_) | Source::Catalogue { .. } => {
            let (hub, repositories) = (hub()?, repositories(source)?);
            match open_partly_cached(&repositories, &hub) {
                Some(checkpoint) => Ok(checkpoint),
                None => open_fetched(&repositories, &hub, observer),
            }
        }
    }
}

/// The checkpoint in a cache that does not know whether the repository has the optional files, if it is
/// complete nevertheless: Python downloads only the files that it needs.
fn open_partly_cached(repositories: &[Repository], hub: &Hub) -> Option<Checkpoint> {
    let snapshot = repositories.iter().find_map(|repository| hub.cached(repository, &CHECKPOINT_FILES))?;
    if snapshot.unknown_optional().is_empty() {
        return None;
    }
    let checkpoint = of_snapshot(&snapshot).ok()?;
    is_complete(&snapshot, &checkpoint).then_some(checkpoint)
}

/// The checkpoint, downloaded as far as it is not cached.
fn open_fetched(
    repositories: &[Repository],
    hub: &Hub,
    observer: &mut Observer<'_>,
) -> Result<Checkpoint, OpenError> {
    let snapshot = fetch(repositories, hub, observer)?;
    let without = |missing: &str| {
        let id = snapshot.repository.to_string();
        let by = hub.options().offline.unwrap_or(Offline::Command);
        HubError::PartlyCached { id, missing: missing.to_owned(), by }
    };
    if is_unknown(&snapshot, "config.json") {
        return Err(without("config.json").into());
    }
    let checkpoint = match of_snapshot(&snapshot) {
        Ok(checkpoint) => checkpoint,
        Err(error) => {
            // If a cached file differs from the one that was downloaded, that is the error to report.
            hub.verify(&snapshot)?;
            return Err(error.into());
        }
    };
    if !is_complete(&snapshot, &checkpoint) {
        return Err(without("preprocessor_config.json").into());
    }
    Ok(checkpoint)
}

/// Whether every file that the checkpoint needs is cached, or known not to exist in the repository. timm's preprocessing in
/// config.json needs no image processor; others have it in one of two files, and a cache that was filled before
/// transformers 5 knows nothing of the second.
fn is_complete(snapshot: &Snapshot, checkpoint: &Checkpoint) -> bool {
    let is_assumed =
        checkpoint.config.assumptions.iter().any(|assumption| assumption.about == Subject::Preprocessing);
    let is_timm = checkpoint.config.architecture.names.library == Library::Timm && !is_assumed;
    let knows = |name| !is_unknown(snapshot, name);
    let has_processor = snapshot.file("preprocessor_config.json").is_some();
    knows("config.json")
        && (is_timm || has_processor || knows("preprocessor_config.json") && knows("processor_config.json"))
}

/// Whether the cache does not know if the repository has the optional file `name`. Never so online.
fn is_unknown(snapshot: &Snapshot, name: &str) -> bool {
    snapshot.unknown_optional().iter().any(|unknown| unknown == name)
}

/// The checkpoint of `repository` in the cache, if all of it is there. Opens no connection, and does not
/// investigate why a checkpoint does not open.
pub fn cached(repository: &Repository, hub: &Hub) -> Option<Result<Checkpoint, CheckpointError>> {
    Some(of_snapshot(&hub.cached(repository, &CHECKPOINT_FILES)?))
}

fn of_snapshot(snapshot: &Snapshot) -> Result<Checkpoint, CheckpointError> {
    let Some(weights) = WEIGHT_FILES.into_iter().find_map(|name| snapshot.file(name)) else {
        unreachable!("a snapshot holds every required file");
    };
    let folder = weights.parent().unwrap_or(Path::new(""));
    Checkpoint::open_as(snapshot.repository.to_string(), folder, weights)
}

/// The repository of a source, once for each acceptable revision, the preferred one first. Empty for a source
/// outside the hub.
///
/// # Errors
/// If the name is not a repository's.
pub fn repositories(source: &Source) -> Result<Vec<Repository>, HubError> {
    match source {
        Source::BuiltIn | Source::Local(_) => Ok(vec![]),
        Source::Hub(name) => Ok(vec![name.parse()?]),
        Source::Catalogue { repository, preferred_revision } => {
            let preferred = preferred_revision.map(|revision| Repository::new(repository, Some(revision)));
            preferred.into_iter().chain([Repository::new(repository, None)]).collect()
        }
    }
}

/// The first of `repositories` that is cached, else the first that the hub has.
///
/// # Errors
/// If none of them is available.
pub fn fetch(
    repositories: &[Repository],
    hub: &Hub,
    observer: &mut Observer<'_>,
) -> Result<Snapshot, HubError> {
    let cached = repositories.iter().find(|repository| hub.cached(repository, &CHECKPOINT_FILES).is_some());
    let (last, preferred) = match (cached, repositories.split_last()) {
        (Some(cached), _) => (cached, &[][..]),
        (None, Some(split)) => split,
        (None, None) => unreachable!("a source on the hub has a repository"),
    };
    for repository in preferred {
        match fetch_all(repository, hub, observer) {
            // The revision is a pull request that has been merged or closed.
            Err(HubError::RevisionNotFound { .. }) => {}
            outcome => return outcome,
        }
    }
    fetch_all(last, hub, observer)
}

/// The files of one repository, including those that its index of weights lists.
fn fetch_all(repository: &Repository, hub: &Hub, observer: &mut Observer<'_>) -> Result<Snapshot, HubError> {
    let snapshot = hub.fetch(repository, &CHECKPOINT_FILES, observer)?;
    let Some((_, index)) = snapshot.files().find(|(_, path)| is_index(path)) else {
        return Ok(snapshot);
    };
    // A damaged index is reported when it is opened.
    let shards = shards(index).unwrap_or_default();
    let shards = shards.into_iter().map(|name| FileRequest::Required(name.into()));
    hub.fetch(repository, &CHECKPOINT_FILES.iter().cloned().chain(shards).collect::<Vec<_>>(), observer)
}
