//! A selection to a checkpoint: from the binary, from disk, or through the hub.

use std::path::Path;

use thiserror::Error;

use super::checkpoint::{Checkpoint, CheckpointError, WEIGHT_FILES};
use super::selection::Source;
use crate::hub::{FileRequest, Hub, HubError, Observer, Repository, Snapshot};
use crate::weights::{is_index, shards};

/// The files of a repository that make a checkpoint, except those that an index of weights lists.
pub static CHECKPOINT_FILES: [FileRequest; 3] = [
    FileRequest::optional("config.json"),
    FileRequest::optional("preprocessor_config.json"),
    FileRequest::FirstOf(&WEIGHT_FILES),
];

/// A source that gives no checkpoint.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The hub or its cache has not got it.
    #[error(transparent)]
    Hub(#[from] HubError),
    /// It is there and does not open.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}

/// Opens the checkpoint at `source`; `hub` is made only for a source that needs it.
///
/// # Errors
/// If it cannot be had or is not understood.
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
            // Python asks only for the files it needs, so a cache it filled may be complete without knowing of all.
            let in_cache =
                repositories.iter().find_map(|repository| hub.cached(repository, &CHECKPOINT_FILES));
            if let Some(snapshot) = in_cache.filter(|snapshot| !snapshot.unknown_optional().is_empty())
                && let Ok(checkpoint) = of_snapshot(&snapshot)
                && is_complete(&snapshot, &checkpoint)
            {
                return Ok(checkpoint);
            }
            let snapshot = fetch(&repositories, &hub, observer)?;
            if may_have(&snapshot, "config.json") {
                return Err(HubError::Offline { id: snapshot.repository.to_string() }.into());
            }
            let checkpoint = match of_snapshot(&snapshot) {
                Ok(checkpoint) => checkpoint,
                Err(error) => {
                    // If a cached file is not the one downloaded, that is the cause to name.
                    hub.verify(&snapshot)?;
                    return Err(error.into());
                }
            };
            if !is_complete(&snapshot, &checkpoint) {
                return Err(HubError::Offline { id: checkpoint.name }.into());
            }
            Ok(checkpoint)
        }
    }
}

/// Whether every file the checkpoint needs is cached, or known to be absent upstream. timm's repositories have no
/// preprocessor file; others may.
fn is_complete(snapshot: &Snapshot, checkpoint: &Checkpoint) -> bool {
    let is_timm = checkpoint.config.architecture.names.library == "timm";
    !may_have(snapshot, "config.json") && (is_timm || !may_have(snapshot, "preprocessor_config.json"))
}

/// Whether the repository may have a file that the cache lacks.
fn may_have(snapshot: &Snapshot, name: &str) -> bool {
    snapshot.unknown_optional().iter().any(|unknown| unknown == name)
}

/// The checkpoint that the cache holds of `repository`, if it holds all of one; opens no connection, and does not look
/// for the cause if it does not open.
pub fn cached(repository: &Repository, hub: &Hub) -> Option<Result<Checkpoint, CheckpointError>> {
    Some(of_snapshot(&hub.cached(repository, &CHECKPOINT_FILES)?))
}

fn of_snapshot(snapshot: &Snapshot) -> Result<Checkpoint, CheckpointError> {
    let Some(weights) = WEIGHT_FILES.into_iter().find_map(|name| snapshot.file(name)) else {
        unreachable!("a snapshot holds what is required");
    };
    let folder = weights.parent().unwrap_or(Path::new(""));
    Checkpoint::open_as(snapshot.repository.to_string(), folder, weights)
}

/// The repository at the revisions that will do, best first. Sources outside the hub have none.
///
/// # Errors
/// If the name is none.
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

/// The first of `repositories` that is cached; else the first that the hub has.
///
/// # Errors
/// If none can be had.
pub fn fetch(
    repositories: &[Repository],
    hub: &Hub,
    observer: &mut Observer<'_>,
) -> Result<Snapshot, HubError> {
    let cached = repositories.iter().find(|repository| hub.cached(repository, &CHECKPOINT_FILES).is_some());
    let (last, preferred) = match (cached, repositories.split_last()) {
        (Some(cached), _) => (cached, &[][..]),
        (None, Some(split)) => split,
        (None, None) => unreachable!("a source of the hub has a repository"),
    };
    for repository in preferred {
        match fetch_all(repository, hub, observer) {
            // A pull request that was merged or withdrawn.
            Err(HubError::RevisionNotFound { .. }) => {}
            outcome => return outcome,
        }
    }
    fetch_all(last, hub, observer)
}

/// The files of one repository, and those that its index of weights lists.
fn fetch_all(repository: &Repository, hub: &Hub, observer: &mut Observer<'_>) -> Result<Snapshot, HubError> {
    let snapshot = hub.fetch(repository, &CHECKPOINT_FILES, observer)?;
    let Some((_, index)) = snapshot.files().find(|(_, path)| is_index(path)) else {
        return Ok(snapshot);
    };
    // What is wrong with an index is said when it is opened.
    let shards = shards(index).unwrap_or_default();
    let shards = shards.into_iter().map(|name| FileRequest::Required(name.into()));
    hub.fetch(repository, &CHECKPOINT_FILES.iter().cloned().chain(shards).collect::<Vec<_>>(), observer)
}
