//! What can go wrong between a repository's name and its files.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use thiserror::Error;

use super::offline::Offline;

/// An error of the hub or its cache. `Display` says what happened; the command line says what to try.
#[derive(Debug, Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the message of each variant says what its fields are")]
pub enum HubError {
    // The request.
    #[error("`{given}` is not the name of a hub repository: {reason}")]
    InvalidRepository { given: String, reason: &'static str },
    #[error("`{given}` is not a revision: {reason}")]
    InvalidRevision { given: String, reason: &'static str },
    #[error("the hub endpoint `{given}` is not an http or https address")]
    InvalidEndpoint { given: String },
    #[error("{variable}, which is set for {host}, is not the address of a proxy")]
    InvalidProxy { host: String, variable: &'static str },
    #[error("the hub token in {origin} contains invalid characters")]
    InvalidToken { origin: String },
    #[error("no folder for the hub cache: there is no home directory")]
    NoCacheDirectory,
    #[error("{id} is not in the cache{by}")]
    Offline { id: String, by: Offline },
    #[error("{id} is in the cache without {missing}{by}")]
    PartlyCached { id: String, missing: String, by: Offline },

    // What the hub answers.
    #[error("{host} has no repository {id}")]
    RepositoryNotFound { id: String, host: String },
    #[error(
        "{host} has neither {listing} ({found}) nor {file}: no such repository or revision, or it is not a hub"
    )]
    NothingThere { host: String, listing: String, found: String, file: String },
    #[error("{host} has no revision `{revision}` of {id}")]
    RevisionNotFound { id: String, revision: String, host: String },
    #[error("{id} at {commit} on {host} has no {expected}; it holds {found}")]
    EntryNotFound { id: String, commit: String, host: String, expected: String, found: String },
    #[error("{host} refuses {id} without a token (401): there is no such repository, or it is private")]
    TokenNeeded { id: String, host: String },
    #[error("{host} refuses {id} with this token (401): the token is wrong or there is no such repository")]
    TokenRefused { id: String, host: String },
    #[error("{id} on {host} is gated: its authors must grant access first")]
    Gated { id: String, host: String },
    #[error("{host} answered {status} for {what}{message}")]
    Status { what: String, host: String, status: u16, message: String, retry_after: Option<Duration> },
    #[error("{host} did not answer like a hub for {what}: {found}")]
    NotAHub { what: String, host: String, found: String },
    #[error("{what} from {host} redirects {found}, which is refused")]
    Redirect { what: String, host: String, found: String },

    // The connection.
    #[error("cannot connect to {host}: {reason}")]
    Connect { host: String, reason: String },
    #[error("cannot connect to {host} within {} s", seconds(.after))]
    Unreachable { host: String, after: Duration },
    #[error("the proxy {proxy} wants a user and a password, or others than it is given (407)")]
    ProxyLogin { proxy: String },
    #[error("the proxy {proxy} refuses a connection to {host} ({status})")]
    ProxyRefused { proxy: String, host: String, status: u16 },
    #[error("cannot agree on encryption with {host}: {reason}")]
    Encryption { host: String, reason: String },
    #[error("cannot trust {host}: {reason}")]
    Untrusted { host: String, reason: String, certificates: Option<PathBuf> },
    #[error("{} holds no certificate, expected PEM text", .path.display())]
    NoCertificates { path: PathBuf },
    #[error("{host} was silent for {} s while sending {what}", seconds(.after))]
    Silent { what: String, host: String, after: Duration },
    #[error("{host} sent only {received} bytes of {what} in {} s", seconds(.after))]
    Slow { what: String, host: String, received: u64, after: Duration },
    #[error("the hub was given up after {} s, while waiting for {what}", seconds(.after))]
    Deadline { what: String, after: Duration },
    #[error("the connection to {host} broke while sending {what}: {reason}")]
    Broken { what: String, host: String, reason: String },

    // The bytes.
    #[error("{file} from {host} has the wrong size: expected {expected}, found {found}")]
    Size { file: String, host: String, expected: String, found: String },
    #[error("{file} from {host} was damaged in transit: expected hash {expected}, found {found}")]
    Checksum { file: String, host: String, expected: String, found: String },
    #[error("{} is damaged: expected hash {expected}, found {found}", .path.display())]
    Damaged { path: PathBuf, expected: String, found: String },

    #[error("{} is not a regular file", .path.display())]
    Special { path: PathBuf },

    // The disk.
    #[error("no space left for {}", .path.display())]
    DiskFull { path: PathBuf },
    #[error("cannot write to the hub cache at {}: {source}", .path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error("cannot read {}: {source}", .path.display())]
    Read { path: PathBuf, source: io::Error },
}

impl HubError {
    /// The error of writing to `path`, with a full disk reported separately.
    pub(super) fn write(path: &Path, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Self::DiskFull { path: path.to_owned() }
            }
            _ => Self::Write { path: path.to_owned(), source },
        }
    }

    /// Whether the same request may succeed in a moment.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Connect { .. } | Self::Broken { .. } => true,
            Self::ProxyRefused { status, .. } => *status >= 500,
            Self::Status { status, .. } => matches!(status, 408 | 429 | 500 | 502 | 503 | 504),
            _ => self.is_timeout(),
        }
    }

    /// Whether nothing, or next to nothing, came within a whole timeout.
    pub(super) fn is_timeout(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Silent { .. } | Self::Slow { .. })
    }

    /// Whether what has come of a file may be continued in another run.
    pub(super) fn leaves_a_good_part(&self) -> bool {
        self.is_transient() || matches!(self, Self::Deadline { .. })
    }
}

/// `30` or `1.5`: seconds with at most one decimal.
fn seconds(duration: &Duration) -> String {
    ((duration.as_secs_f64() * 10.0).round() / 10.0).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_one_decimal_at_most() {
        let text = |millis| seconds(&Duration::from_millis(millis));
        assert_eq!([30_038, 1_000, 1_460, 20].map(text), ["30", "1", "1.5", "0"]);
    }
}
