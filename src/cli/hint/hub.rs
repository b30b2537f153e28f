//! The hub, the connection to it, and its cache.

use super::Hint;
use crate::hub::HubError;

impl Hint for HubError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Offline { id } | Self::PartlyCached { id, .. } => format!("mnet models pull {id}"),
            Self::Untrusted { host, certificates: Some(path), .. } => {
                format!("put the certificate of {host}, or of its issuer, into {}", path.display())
            }
            Self::InvalidToken { origin } => format!("put nothing but the token into {origin}"),
            Self::RevisionNotFound { id, host, .. } => format!("look for branches and tags at {host}/{id}"),
            Self::Gated { id, host } => format!("ask for access at {host}/{id}, then set HF_TOKEN"),
            Self::Damaged { path, .. } => format!("delete {} and run it again", path.display()),
            _ => fixed(self)?.into(),
        })
    }
}

/// Hints that do not depend on what the error holds.
fn fixed(error: &HubError) -> Option<&'static str> {
    Some(match error {
        HubError::InvalidRepository { .. } => "write owner/name or owner/name@revision",
        HubError::InvalidEndpoint { .. } => "--endpoint https://huggingface.co, or unset HF_ENDPOINT",
        HubError::InvalidProxy { .. } => "set HTTPS_PROXY to http://host:port",
        HubError::NoCacheDirectory => "--cache-dir DIR, or set HF_HOME",
        HubError::RepositoryNotFound { .. } => "check the spelling; mnet models list shows what is known",
        HubError::NothingThere { .. } => "check the spelling, and the endpoint (--endpoint or HF_ENDPOINT)",
        HubError::EntryNotFound { .. } => "choose a repository with config.json and model.safetensors",
        HubError::TokenNeeded { .. } => "check the spelling; for a private repository set HF_TOKEN",
        HubError::TokenRefused { .. } => "check the spelling and the token; unset HF_TOKEN for public models",
        HubError::Status { status: 429, .. } => "wait a while, or set HF_TOKEN for a higher limit",
        HubError::Status { .. } if !error.is_transient() => return None,
        HubError::Status { .. }
        | HubError::Broken { .. }
        | HubError::Silent { .. }
        | HubError::Slow { .. } => "try again later",
        HubError::Deadline { .. } => "run it again to go on from there, or raise --fetch-timeout",
        HubError::NotAHub { .. } => "check the endpoint, and that no login page or proxy is in the way",
        HubError::Connect { .. } | HubError::Unreachable { .. } => {
            "check the network and the proxy; --offline uses what is cached"
        }
        HubError::Untrusted { .. } => "set SSL_CERT_FILE to the certificates of your network's proxy",
        HubError::NoCertificates { .. } => "set SSL_CERT_FILE to a PEM file (-----BEGIN CERTIFICATE-----)",
        HubError::Size { .. } | HubError::Checksum { .. } => "run it again; nothing of this file was kept",
        HubError::DiskFull { .. } => "free some space, or --cache-dir DIR on another disk",
        HubError::Write { .. } => "make it writable, or --cache-dir DIR",
        HubError::InvalidRevision { .. }
        | HubError::Redirect { .. }
        | HubError::Read { .. }
        | HubError::Offline { .. }
        | HubError::PartlyCached { .. }
        | HubError::InvalidToken { .. }
        | HubError::RevisionNotFound { .. }
        | HubError::Gated { .. }
        | HubError::Damaged { .. } => return None,
    })
}
