//! Repositories of the Hugging Face hub: a name comes in, paths of local files go out.
//!
//! ```text
//! owner/name[@revision] ─► cache ──────────────────────────────► Snapshot (paths, one commit)
//!                            └─ incomplete ─► listing ─► HEAD ─► download ─► checks ─► rename ─┘
//! ```
//!
//! Own code, because the `hf-hub` crate checks neither length nor hash of what it downloads, waits without
//! limit, and sends the token to the storage host. Only the names of cache folders come from it.
//!
//! - What is in the cache is not asked of the network again, and reading the cache writes nothing.
//! - Offline is a mode, not an error path: no socket is opened.
//! - A file gets its name only after status, length and hash are right; a killed process leaves the cache
//!   intact.
//! - The token goes to the endpoint's own scheme, host and port only.
//! - The cache is the one of Python's `huggingface_hub`.

mod agent;
mod body;
mod cache;
mod cached_repo;
mod certificate;
mod client;
mod contact;
mod download;
mod environment;
mod error;
mod etag;
mod event;
mod failure;
mod fetch;
mod ignored;
mod leftovers;
mod lock;
mod meter;
mod no_proxy;
mod offline;
mod options;
mod pace;
mod plain_proxy;
mod probe;
mod proxy;
mod remote;
mod repository;
mod response;
mod retry;
mod snapshot;
mod temporary;
mod tls;
mod token;
mod trust;
mod url;
mod words;

pub use cached_repo::{CachedFile, CachedRepo, Integrity, Locks};
pub use contact::Contact;
pub use environment::{DEFAULT_ENDPOINT, Environment};
pub use error::HubError;
pub use event::{Event, Observer};
pub use ignored::{Expected, Ignored};
pub use offline::Offline;
pub use options::{HubOptions, Timeouts};
pub use proxy::ProxyVariables;
pub use repository::{DEFAULT_REVISION, Repository};
pub use retry::Retry;
pub use snapshot::{FileRequest, Snapshot};
pub use token::{Token, TokenSource};

use cache::RepositoryCache;
use client::Client;
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

    /// The hub that the environment describes, by the variables that Python reads too ([`Environment`]). Touches neither
    /// disk nor network.
    ///
    /// # Errors
    /// [`HubError::NoCacheDirectory`] if the environment names no folder for the cache.
    pub fn from_environment() -> Result<Self, HubError> {
        HubOptions::new(Environment::from_process(), None).map(Self::new)
    }

    /// The options of [`new`](Self::new).
    pub fn options(&self) -> &HubOptions {
        &self.options
    }

    /// The requested files of `repository`, from the cache if it has them all, else from the network.
    ///
    /// # Errors
    /// [`HubError::Offline`] or [`HubError::PartlyCached`] if files are missing and the network must not be used;
    /// otherwise what went wrong there.
    pub fn fetch(
        &self,
        repository: &Repository,
        requests: &[FileRequest],
        observer: &mut Observer<'_>,
    ) -> Result<Snapshot, HubError> {
        match self.cached(repository, requests) {
            Some(snapshot) if self.options.offline.is_some() || snapshot.unknown_optional().is_empty() => {
                return Ok(snapshot);
            }
            _ => {}
        }
        if let Some(by) = self.options.offline {
            return Err(self.offline(repository, requests, by));
        }
        let client = Client::new(&self.options, repository)?;
        observer(Event::Contacting { repository: repository.to_string(), host: client.host() });
        let cache = RepositoryCache::new(&self.options.cache_dir, repository);
        Fetch { options: &self.options, client: &client, repository, cache: &cache }.run(requests, observer)
    }

    /// The error of a request that the cache cannot fulfil. It names what is missing if something is there.
    fn offline(&self, repository: &Repository, requests: &[FileRequest], by: Offline) -> HubError {
        let cache = RepositoryCache::new(&self.options.cache_dir, repository);
        let is_there = |commit: &str, request: &FileRequest| {
            request.names().iter().any(|name| cache.file(commit, name).into_path().is_some())
        };
        let (id, commit) = (repository.to_string(), cache.commit().unwrap_or_default());
        let required = requests.iter().filter(|request| !request.is_optional());
        let missing: Vec<_> = required.filter(|request| !is_there(&commit, request)).collect();
        if missing.is_empty() || !requests.iter().any(|request| is_there(&commit, request)) {
            return HubError::Offline { id, by };
        }
        let names = missing.iter().map(|request| request.names().join(" or "));
        HubError::PartlyCached { id, missing: names.collect::<Vec<_>>().join(" and "), by }
    }

    /// The requested files of `repository` from the cache alone; `None` if a required one is missing.
    /// Optional files that the cache knows nothing about are in [`Snapshot::unknown_optional`].
    pub fn cached(&self, repository: &Repository, requests: &[FileRequest]) -> Option<Snapshot> {
        let cache = RepositoryCache::new(&self.options.cache_dir, repository);
        Snapshot::of_cache(repository, &cache, &cache.commit()?, requests)
    }

    /// Every model repository in the cache, sorted by name, whichever program put it there; empty if the
    /// cache cannot be read.
    pub fn repositories(&self) -> Vec<Repository> {
        cache::repositories(&self.options.cache_dir)
    }

    /// What the cache holds of `repository`, all revisions; `None` if nothing.
    pub fn cached_repo(&self, repository: &Repository) -> Option<CachedRepo> {
        RepositoryCache::new(&self.options.cache_dir, repository).cached_repo()
    }

    /// One request to the endpoint: asks for the head of a file of `repository`, as a download would, the token included.
    /// Nothing is downloaded, repeated or written.
    ///
    /// # Errors
    /// As [`fetch`](Self::fetch); also if the endpoint has no such file.
    pub fn contact(&self, repository: &Repository, file: &str) -> Result<Contact, HubError> {
        contact::contact(&self.options, repository, file)
    }

    /// Host and port of the proxy on the way to the endpoint; `None` if it is reached directly.
    ///
    /// # Errors
    /// If the endpoint or the proxy has no valid address.
    pub fn proxy(&self) -> Result<Option<String>, HubError> {
        contact::proxy(&self.options)
    }

    /// Checks the content of each file against the hash it is named by in the cache. A file that is not named
    /// by a hash (in a cache without links) is not checked.
    ///
    /// # Errors
    /// [`HubError::Damaged`] for the first file whose content has changed since the download, and [`HubError::Special`] for
    /// what is no regular file.
    pub fn verify(&self, snapshot: &Snapshot) -> Result<(), HubError> {
        for (_, path) in snapshot.files() {
            let blob =
                path.canonicalize().map_err(|source| HubError::Read { path: path.to_owned(), source })?;
            match Integrity::of(&blob)? {
                Integrity::Damaged { expected, found } => {
                    return Err(HubError::Damaged { path: blob, expected, found });
                }
                Integrity::Special => return Err(HubError::Special { path: blob }),
                Integrity::Intact | Integrity::Missing | Integrity::NoHash => {}
            }
        }
        Ok(())
    }
}
