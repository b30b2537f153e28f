//! A selection to a checkpoint: from the binary, from disk, or through the hub.

use std::path::Path;

use thiserror::Error;

use super::checkpoint::{Checkpoint, CheckpointError, WEIGHT_FILES};
use super::selection::Source;
use crate::hub::{Hub, HubError, Observer, Repository, Snapshot, Wanted};
use crate::weights::{is_index, shards};

/// The files of a repository that make a checkpoint, but for those that an index of weights lists.
pub const WANTED: [Wanted; 3] = [
    Wanted::Optional("config.json"),
    Wanted::Optional("preprocessor_config.json"),
    Wanted::FirstOf(&WEIGHT_FILES),
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

impl OpenError {
    /// The next command to run, if one helps.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Hub(error) => error.hint(),
            Self::Checkpoint(error) => error.hint(),
        }
    }
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
            // Python asks only for the files that it needs, so the cache need not know of all to have enough.
            let in_cache = repositories.iter().find_map(|repository| hub.cached(repository, &WANTED));
            if let Some(snapshot) = in_cache.filter(|snapshot| !snapshot.undecided().is_empty())
                && let Ok(checkpoint) = of_snapshot(&snapshot)
                && is_enough(&snapshot, &checkpoint)
            {
                return Ok(checkpoint);
            }
            let snapshot = fetch(&repositories, &hub, observer)?;
            if snapshot.undecided().contains(&"config.json") {
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
            if !is_enough(&snapshot, &checkpoint) {
                return Err(HubError::Offline { id: checkpoint.name }.into());
            }
            Ok(checkpoint)
        }
    }
}

/// Whether nothing is missing of which the cache does not know that it is not there. timm's repositories have no
/// preprocessor file; of others it may be what the cache lacks.
fn is_enough(snapshot: &Snapshot, checkpoint: &Checkpoint) -> bool {
    let is_undecided = |name| snapshot.undecided().contains(&name);
    let is_timm = checkpoint.config.architecture.names.library == "timm";
    !is_undecided("config.json") && (is_timm || !is_undecided("preprocessor_config.json"))
}

/// The checkpoint that the cache holds of `repository`, if it holds all of one; opens no connection, and does not look
/// for the cause if it does not open.
pub fn cached(repository: &Repository, hub: &Hub) -> Option<Result<Checkpoint, CheckpointError>> {
    Some(of_snapshot(&hub.cached(repository, &WANTED)?))
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
    let cached = repositories.iter().find(|repository| hub.cached(repository, &WANTED).is_some());
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
    let snapshot = hub.fetch(repository, &WANTED, observer)?;
    let Some((_, index)) = snapshot.files().find(|(_, path)| is_index(path)) else {
        return Ok(snapshot);
    };
    // What is wrong with an index is said when it is opened.
    let shards = shards(index).unwrap_or_default();
    // The hub knows files by names that live as long as the program; there are at most a few hundred of these, once.
    let shards = shards.into_iter().map(|name| Wanted::Required(name.leak()));
    hub.fetch(repository, &WANTED.into_iter().chain(shards).collect::<Vec<_>>(), observer)
}
