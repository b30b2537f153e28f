//! Repositories of the Hugging Face hub: a name comes in, paths of local files go out.
//!
//! ```text
//! owner/name[@revision] ─► cache ──────────────────────────────► Snapshot (paths, one commit)
//!                            └─ not complete ─► listing ─► HEAD ─► download ─► checks ─► rename ─┘
//! ```
//!
//! - What is in the cache is never asked of the network again, and reading it writes nothing.
//! - Offline is a mode, not an error path: no socket is opened.
//! - A file gets its name only after status, length and hash are right; a killed process leaves the cache good.
//! - The token goes to the endpoint's own scheme, host and port, and to nobody else.
//! - The cache is the one of Python's `huggingface_hub`; names of folders come from the `hf-hub` crate.
//!
//! The download is our own because that crate's checks neither length nor hash, waits without end, and gives the
//! token to the storage host.

mod cache;
mod client;
mod download;
mod environment;
mod error;
mod etag;
mod event;
mod fetch;
mod lock;
mod options;
mod proxy;
mod remote;
mod repository;
mod retry;
mod snapshot;
mod stored;
mod temporary;
mod token;
mod url;

pub use environment::{DEFAULT_ENDPOINT, Environment};
pub use error::HubError;
pub use event::{Event, Observer};
pub use options::{HubOptions, Timeouts};
pub use proxy::ProxyVariables;
pub use repository::{DEFAULT_REVISION, Repository};
pub use retry::Retry;
pub use snapshot::{Snapshot, Wanted};
pub use stored::{Stored, StoredFile, Verdict};
pub use token::{Token, TokenSource};

use cache::RepositoryCache;
use client::Client;
use etag::Etag;
use fetch::Fetch;

/// The hub and its cache.
#[derive(Debug, Clone)]
pub struct Hub {
    options: HubOptions,
}

impl Hub {
    /// A hub with these options. Touches neither disk nor network.
    pub fn new(options: HubOptions) -> Self {
        Self { options }
    }

    /// The options it was made with.
    pub fn options(&self) -> &HubOptions {
        &self.options
    }

    /// The files of `repository` that are `wanted`, from the cache if it has them all, else from the network.
    ///
    /// # Errors
    /// [`HubError::Offline`] if files are missing and the network is not to be used; else what went wrong there.
    pub fn fetch(
        &self,
        repository: &Repository,
        wanted: &[Wanted],
        observer: &mut Observer<'_>,
    ) -> Result<Snapshot, HubError> {
        match self.cached(repository, wanted) {
            Some(snapshot) if self.options.offline || snapshot.undecided().is_empty() => return Ok(snapshot),
            _ if self.options.offline => return Err(HubError::Offline { id: repository.to_string() }),
            _ => {}
        }
        let client = Client::new(&self.options, repository)?;
        observer(Event::Contacting { repository: repository.to_string(), host: client.host() });
        let cache = RepositoryCache::new(&self.options.cache_dir, repository);
        Fetch { options: &self.options, client: &client, repository, cache: &cache }.run(wanted, observer)
    }

    /// The files of `repository` that are `wanted`, from the cache alone; None unless every wish that is not optional
    /// is answered. Optional files of which nothing is known are [`Snapshot::undecided`].
    pub fn cached(&self, repository: &Repository, wanted: &[Wanted]) -> Option<Snapshot> {
        let cache = RepositoryCache::new(&self.options.cache_dir, repository);
        Snapshot::of_cache(repository, &cache, &cache.commit()?, wanted)
    }

    /// Every model repository of which the cache holds something, by name, whoever put it there; none of a cache that
    /// cannot be read.
    pub fn repositories(&self) -> Vec<Repository> {
        cache::repositories(&self.options.cache_dir)
    }

    /// What the cache holds of `repository`, whatever the revision; none if nothing.
    pub fn stored(&self, repository: &Repository) -> Option<Stored> {
        RepositoryCache::new(&self.options.cache_dir, repository).stored()
    }

    /// Checks the content of each file against the hash that names it in the cache. A file that is not named by its
    /// hash (a cache without links) is not checked.
    ///
    /// # Errors
    /// [`HubError::Damaged`] for the first file whose content is not the one downloaded.
    pub fn verify(&self, snapshot: &Snapshot) -> Result<(), HubError> {
        for (_, path) in snapshot.files() {
            let unreadable = |source| HubError::Read { path: path.to_owned(), source };
            let blob = path.canonicalize().map_err(unreadable)?;
            let name = blob.file_name().and_then(|name| name.to_str()).and_then(Etag::parse);
            let Some(expected) = name else { continue };
            let found = expected.of_file(&blob).map_err(unreadable)?;
            if found != expected {
                let (expected, found) = (expected.to_string(), found.to_string());
                return Err(HubError::Damaged { path: blob, expected, found });
            }
        }
        Ok(())
    }
}
