//! From requests to files: what the cache lacks is looked up at the hub and downloaded.

use std::path::Path;
use std::time::Duration;

use super::cache::RepositoryCache;
use super::client::Client;
use super::download::Download;
use super::error::HubError;
use super::event::{Event, Observer};
use super::lock::Lock;
use super::options::HubOptions;
use super::probe;
use super::remote::{self, Listing, RemoteFile};
use super::repository::Repository;
use super::snapshot::{FileRequest, Snapshot};
use super::temporary::Partial;
use crate::terminal_text::printable;

/// Limit for configurations, in bytes. The largest known, with the labels of 21 000 classes, has 2 MB.
const LARGEST_CONFIG: u64 = 16 << 20;

/// Limit for weights, in bytes: far above any classifier of this kind. More is a mistake or an attack.
const LARGEST_WEIGHTS: u64 = 4 << 30;

/// A fetch from the network into the cache.
pub(super) struct Fetch<'a> {
    pub(super) options: &'a HubOptions,
    pub(super) client: &'a Client<'a>,
    pub(super) repository: &'a Repository,
    pub(super) cache: &'a RepositoryCache,
}

impl Fetch<'_> {
    /// Downloads what is requested and not cached. Only then does the revision point to the commit.
    pub(super) fn run(
        &self,
        requests: &[FileRequest],
        observer: &mut Observer<'_>,
    ) -> Result<Snapshot, HubError> {
        let listing = self.list(requests, observer)?;
        let mut names = Vec::new();
        for request in requests {
            names.extend(self.choose(request, &listing)?);
        }
        let mut remotes = Vec::new();
        for name in &names {
            if self.cache.file(&listing.commit, name).into_path().is_none() {
                remotes.push(self.inspect(&listing, name, observer)?);
            }
        }
        if !remotes.is_empty() {
            let bytes = remotes.iter().map(|remote| remote.size).sum();
            observer(Event::Downloading { files: remotes.len(), bytes });
        }
        let mut before = 0;
        for remote in &remotes {
            before += self.download_or_reuse(remote, &listing.commit, before, observer)?;
        }
        self.cache.set_commit(&listing.commit)?;
        if !remotes.is_empty() {
            self.cache.sweep();
        }
        observer(Event::Done);
        let files = names.into_iter().filter_map(|name| {
            let path = self.cache.file(&listing.commit, name).into_path()?;
            Some((name.to_owned(), path))
        });
        Ok(Snapshot {
            files: files.collect(),
            unknown_optional: vec![],
            repository: self.repository.clone(),
            commit: listing.commit,
        })
    }

    /// The files of the commit already in the cache, so that its files stay usable; else of the commit that
    /// the revision points to now.
    fn list(&self, requests: &[FileRequest], observer: &mut Observer<'_>) -> Result<Listing, HubError> {
        let (client, options) = (self.client, self.options);
        let mut list = |revision: &str| {
            let ask = |_: &mut Observer<'_>| remote::list(client, revision, &options.timeouts);
            match options.retry.run(client.deadline(), observer, ask) {
                Err(failed) if probe::may_have_files(&failed) => {
                    probe::list(client, options, revision, requests, &failed, observer)
                }
                listing => listing,
            }
        };
        let revision = self.repository.revision();
        match self.cache.commit() {
            Some(commit) if commit != revision => match list(&commit) {
                // The history was rewritten, and the commit is gone; or a mirror has branches only.
                Err(
                    HubError::RevisionNotFound { .. }
                    | HubError::RepositoryNotFound { .. }
                    | HubError::NothingThere { .. },
                ) => list(revision),
                listing => listing,
            },
            _ => list(revision),
        }
    }

    /// The name that satisfies `request`. The names before it, which the commit lacks, are noted as absent.
    fn choose<'r>(&self, request: &'r FileRequest, listing: &Listing) -> Result<Option<&'r str>, HubError> {
        for name in request.names() {
            if listing.files.iter().any(|file| file == name) {
                return Ok(Some(name));
            }
            self.cache.mark_absent(&listing.commit, name);
        }
        if request.is_optional() {
            return Ok(None);
        }
        let mut found =
            listing.files.iter().take(12).map(|name| printable(name)).collect::<Vec<_>>().join(", ");
        if found.is_empty() {
            found.push_str("no files");
        } else if listing.files.len() > 12 {
            found.push_str(", …");
        } else if !listing.is_whole {
            found.push_str(" (it lists no others)");
        }
        Err(HubError::EntryNotFound {
            id: self.repository.id().to_owned(),
            commit: listing.commit.clone(),
            host: listing.host.clone(),
            expected: request.names().join(" or "),
            found,
        })
    }

    fn inspect(
        &self,
        listing: &Listing,
        name: &str,
        observer: &mut Observer<'_>,
    ) -> Result<RemoteFile, HubError> {
        let Self { options, client, .. } = self;
        let ask =
            |_: &mut Observer<'_>| remote::inspect(client, listing, name, limit(name), &options.timeouts);
        options.retry.run(client.deadline(), observer, ask)
    }

    /// Puts one file into the cache, unless another process has done so meanwhile. Returns its size in bytes.
    fn download_or_reuse(
        &self,
        remote: &RemoteFile,
        commit: &str,
        before: u64,
        observer: &mut Observer<'_>,
    ) -> Result<u64, HubError> {
        let blob = self.cache.blob(&remote.etag);
        let lock = Lock::acquire(
            &self.cache.lock(&remote.etag),
            || observer(Event::Waiting { file: &remote.name }),
            || self.client.patience(&remote.name, Duration::MAX).map(drop),
        )?;
        // A blob that is already there may be damaged, so it is checked before it is used.
        if !self.cache.holds(&remote.etag, remote.size) {
            let limit = limit(&remote.name);
            let most = remote.size.unwrap_or(limit);
            let mut partial = Partial::begin(&blob, lock.is_held(), remote.etag.is_hash().then_some(most))?;
            let Self { options: &HubOptions { timeouts, retry, .. }, client, .. } = *self;
            let download = Download { client, remote, limit, timeouts, retry, before };
            match download.run(&mut partial, observer) {
                Ok(()) => partial.keep(&blob)?,
                Err(error) => {
                    if error.leaves_a_good_part() && remote.etag.is_hash() {
                        partial.leave();
                    }
                    return Err(error);
                }
            }
        }
        let path = self.cache.link_snapshot(commit, &remote.name, &remote.etag)?;
        Ok(path.metadata().map_or(0, |metadata| metadata.len()))
    }
}

/// The largest size accepted for a file, in bytes.
fn limit(name: &str) -> u64 {
    if Path::new(name).extension() == Some("json".as_ref()) { LARGEST_CONFIG } else { LARGEST_WEIGHTS }
}
