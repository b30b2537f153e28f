//! What a fetch reports while it runs.

use std::time::Duration;

use super::error::HubError;

/// A step of a fetch. A fetch answered by the cache has none.
#[derive(Debug)]
pub enum Event<'a> {
    /// The network is about to be used for the first time.
    Contacting {
        /// `owner/name[@revision]`.
        repository: String,
        /// Host of the endpoint.
        host: String,
    },
    /// Files are missing and will be downloaded.
    Downloading {
        /// Number of files.
        files: usize,
        /// Their total size in bytes, if the hub has said all sizes.
        bytes: Option<u64>,
    },
    /// Another process is downloading this file; waiting for it.
    Waiting {
        /// Name in the repository.
        file: &'a str,
    },
    /// Bytes have arrived.
    Progress {
        /// Name in the repository.
        file: &'a str,
        /// Bytes of all files so far; less than before if a file had to start again.
        received: u64,
    },
    /// A file has the right length, but the hub gave no hash to check it against.
    Unchecked {
        /// Name in the repository.
        file: &'a str,
        /// Host of the endpoint.
        host: String,
        /// The `ETag` that is not a hash.
        tag: &'a str,
    },
    /// A request failed and will be sent again.
    Retrying {
        /// What went wrong.
        reason: &'a HubError,
        /// Time until the next request.
        wait: Duration,
    },
    /// All files are in the cache.
    Done,
}

/// Receives the steps of a fetch.
pub type Observer<'a> = dyn FnMut(Event<'_>) + 'a;
