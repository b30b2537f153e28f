//! What can go wrong between a repository's name and its files, and what to do next.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use thiserror::Error;

/// An error of the hub. `Display` says what happened; [`HubError::hint`] what to try.
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
    #[error("the proxy set for {host} is not the address of a proxy")]
    InvalidProxy { host: String },
    #[error("the hub token in {origin} holds characters that no token has")]
    InvalidToken { origin: String },
    #[error("no folder for the hub cache: no home directory is known")]
    NoCacheDirectory,
    #[error("{id} is not in the cache and --offline is set")]
    Offline { id: String },

    // What the hub answers.
    #[error("{host} has no repository {id}")]
    RepositoryNotFound { id: String, host: String },
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
    #[error("{host} does not answer like a hub for {what}: {found}")]
    NotAHub { what: String, host: String, found: String },
    #[error("{what} from {host} leads to {found}, which is not followed")]
    Redirect { what: String, host: String, found: String },

    // The way there.
    #[error("cannot connect to {host}: {reason}")]
    Connect { host: String, reason: String },
    #[error("cannot connect to {host} within {} s", .after.as_secs_f32())]
    Unreachable { host: String, after: Duration },
    #[error("cannot trust {host}: {reason}")]
    Untrusted { host: String, reason: String },
    #[error("{host} was silent for {} s while sending {what}", .after.as_secs_f32())]
    Silent { what: String, host: String, after: Duration },
    #[error("the connection to {host} broke while sending {what}: {reason}")]
    Broken { what: String, host: String, reason: String },

    // The bytes.
    #[error("{file} from {host} has the wrong size: expected {expected}, found {found}")]
    Size { file: String, host: String, expected: String, found: String },
    #[error("{file} from {host} was damaged on the way: expected hash {expected}, found {found}")]
    Checksum { file: String, host: String, expected: String, found: String },
    #[error("{} is damaged: expected hash {expected}, found {found}", .path.display())]
    Damaged { path: PathBuf, expected: String, found: String },

    // The disk.
    #[error("no space left for {}", .path.display())]
    DiskFull { path: PathBuf },
    #[error("cannot write to the hub cache at {}: {source}", .path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error("cannot read {}: {source}", .path.display())]
    Read { path: PathBuf, source: io::Error },
}

impl HubError {
    /// A next step for the user, without the leading "try:"; None where nothing general helps.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::InvalidRepository { .. } => "write owner/name or owner/name@revision".to_owned(),
            Self::InvalidEndpoint { .. } => {
                "--endpoint https://huggingface.co, or unset HF_ENDPOINT".to_owned()
            }
            Self::InvalidProxy { .. } => "set HTTPS_PROXY to http://host:port".to_owned(),
            Self::InvalidToken { origin } => format!("put the token alone into {origin}"),
            Self::NoCacheDirectory => "--cache-dir DIR, or set HF_HOME".to_owned(),
            Self::Offline { id } => format!("mnet models pull {id}"),
            Self::RepositoryNotFound { .. } => {
                "check the spelling; mnet models list shows what is known".to_owned()
            }
            Self::RevisionNotFound { id, host, .. } => format!("look for branches and tags at {host}/{id}"),
            Self::EntryNotFound { .. } => {
                "choose a repository with config.json and model.safetensors".to_owned()
            }
            Self::TokenNeeded { .. } => {
                "check the spelling; for a private repository set HF_TOKEN".to_owned()
            }
            Self::TokenRefused { .. } => {
                "check the spelling and the token; unset HF_TOKEN for public models".to_owned()
            }
            Self::Gated { id, host } => format!("ask for access at {host}/{id}, then set HF_TOKEN"),
            Self::Status { status: 429, .. } => "wait a while, or set HF_TOKEN for a higher limit".to_owned(),
            Self::Status { .. } if !self.is_transient() => return None,
            Self::Status { .. } | Self::Broken { .. } | Self::Silent { .. } => "try again later".to_owned(),
            Self::NotAHub { .. } => {
                "check the endpoint and whether a login page or proxy stands in the way".to_owned()
            }
            Self::Connect { .. } | Self::Unreachable { .. } => {
                "check the network and the proxy; --offline uses what is cached".to_owned()
            }
            Self::Untrusted { .. } => {
                "set SSL_CERT_FILE to the certificates of your network's proxy".to_owned()
            }
            Self::Size { .. } | Self::Checksum { .. } => {
                "run it again; nothing of this file was kept".to_owned()
            }
            Self::Damaged { path, .. } => format!("delete {} and run it again", path.display()),
            Self::DiskFull { .. } => "free some space, or --cache-dir DIR on another disk".to_owned(),
            Self::Write { .. } => "make it writable, or --cache-dir DIR".to_owned(),
            Self::InvalidRevision { .. } | Self::Redirect { .. } | Self::Read { .. } => return None,
        };
        Some(hint)
    }

    /// The error of writing to `path`, with a full disk told apart.
    pub(super) fn write(path: &Path, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Self::DiskFull { path: path.to_owned() }
            }
            _ => Self::Write { path: path.to_owned(), source },
        }
    }

    /// Whether the same request may well succeed in a moment.
    pub(super) fn is_transient(&self) -> bool {
        match self {
            Self::Connect { .. } | Self::Broken { .. } => true,
            Self::Status { status, .. } => matches!(status, 408 | 429 | 500 | 502 | 503 | 504),
            _ => self.is_timeout(),
        }
    }

    /// Whether a whole timeout has passed in vain.
    pub(super) fn is_timeout(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Silent { .. })
    }
}
