//! The hub, the connection to it, and its cache.

use std::io::{Error, ErrorKind};

use super::{Hint, again};
use crate::hub::{HubError, Offline};

impl Hint for HubError {
    fn hint(&self) -> Option<String> {
        let is_unreachable = matches!(
            self,
            Self::Offline { .. }
                | Self::PartlyCached { .. }
                | Self::Connect { .. }
                | Self::Unreachable { .. }
        );
        let local = again::without_alpha().filter(|_| is_unreachable);
        let local = local.map(|command| format!("; without --alpha no network is needed: {command}"));
        Some(format!("{}{}", of_error(self)?, local.unwrap_or_default()))
    }
}

/// What helps against an error, in any command.
fn of_error(error: &HubError) -> Option<String> {
    Some(match error {
        HubError::Offline { id, by } | HubError::PartlyCached { id, by, .. } => match by {
            Offline::Variable(name) => format!("unset {name}, then {}", again::pull(id)),
            Offline::Flag | Offline::Command => again::pull(id),
        },
        HubError::Untrusted { host, certificates: Some(path), .. } => {
            format!("put the certificate of {host} itself into {}", path.display())
        }
        HubError::InvalidProxy { variable, .. } => format!("set {variable} to http://host:port, or unset it"),
        HubError::Write { source, .. } => of_writing(source).into(),
        HubError::InvalidToken { origin } => format!("put nothing but the token into {origin}"),
        HubError::RevisionNotFound { id, host, .. } => format!("look for branches and tags at {host}/{id}"),
        HubError::Gated { id, host } => format!("ask for access at {host}/{id}, then set HF_TOKEN"),
        HubError::Damaged { path, .. } | HubError::Special { path } => {
            format!("delete {} and run it again", path.display())
        }
        _ => fixed(error)?.into(),
    })
}

/// Hints that do not depend on what the error holds.
fn fixed(error: &HubError) -> Option<&'static str> {
    Some(match error {
        HubError::InvalidRepository { .. } => "write owner/name or owner/name@revision",
        HubError::InvalidEndpoint { .. } => "--endpoint https://huggingface.co, or unset HF_ENDPOINT",
        HubError::NoCacheDirectory => "--cache-dir DIR, or set HF_HOME",
        HubError::RepositoryNotFound { .. } => "check the spelling; mnet models list shows what is known",
        HubError::NothingThere { .. } => "check the spelling, and the endpoint (--endpoint or HF_ENDPOINT)",
        HubError::EntryNotFound { .. } => "choose a repository with config.json and model.safetensors",
        HubError::TokenNeeded { .. } => "check the spelling; for a private repository set HF_TOKEN",
        HubError::TokenRefused { .. } => "check the spelling and the token; unset HF_TOKEN for public models",
        HubError::Status { status, .. } if !error.is_transient() || *status == 429 => of_status(*status)?,
        HubError::Status { .. }
        | HubError::Broken { .. }
        | HubError::Silent { .. }
        | HubError::Slow { .. } => "try again later",
        HubError::Deadline { .. } => "run it again to go on from there, or raise --fetch-timeout",
        HubError::NotAHub { .. } => "check the endpoint, and that no login page or proxy is in the way",
        HubError::Connect { .. } | HubError::Unreachable { .. } => {
            "check the network and the proxy; --offline uses what is cached"
        }
        HubError::ProxyLogin { .. } => "write the proxy as http://user:password@host:port in its variable",
        HubError::ProxyRefused { .. } => "ask who runs the proxy, or name the host in NO_PROXY",
        HubError::Encryption { .. } => {
            "check that the address is one for https, and what its server supports"
        }
        HubError::Untrusted { .. } => "set SSL_CERT_FILE to the certificates of your network's proxy",
        HubError::NoCertificates { .. } => "set SSL_CERT_FILE to a PEM file (-----BEGIN CERTIFICATE-----)",
        HubError::Size { .. } | HubError::Checksum { .. } => "run it again; nothing of this file was kept",
        HubError::DiskFull { .. } => "free some space, or --cache-dir DIR on another disk",
        HubError::InvalidRevision { .. }
        | HubError::Redirect { .. }
        | HubError::Read { .. }
        | HubError::Write { .. }
        | HubError::InvalidProxy { .. }
        | HubError::Special { .. }
        | HubError::Offline { .. }
        | HubError::PartlyCached { .. }
        | HubError::InvalidToken { .. }
        | HubError::RevisionNotFound { .. }
        | HubError::Gated { .. }
        | HubError::Damaged { .. } => return None,
    })
}

/// Hints for what a server answers.
fn of_status(status: u16) -> Option<&'static str> {
    Some(match status {
        401 => "set HF_TOKEN if the endpoint needs a token, or check the one that is set",
        403 => "check the token, and that no firewall or proxy is in the way",
        404 | 410 => "check the endpoint (--endpoint or HF_ENDPOINT): its files are not all there",
        429 => "wait a while, or set HF_TOKEN for a higher limit",
        511 => "log in to the network first, in a browser",
        _ => return None,
    })
}

/// Hints for what keeps a file from being written.
fn of_writing(error: &Error) -> &'static str {
    match (error.kind(), error.raw_os_error().filter(|_| cfg!(unix))) {
        (ErrorKind::FileTooLarge, _) => {
            "raise the limit (ulimit -f), or --cache-dir DIR on another file system"
        }
        (_, Some(IO)) => "check the disk, or --cache-dir DIR on another one",
        (_, Some(FILES_OF_PROCESS | FILES_OF_SYSTEM)) => "raise the limit of open files (ulimit -n)",
        _ => "make it writable, or --cache-dir DIR",
    }
}

// The numbers of errors that `ErrorKind` does not name; the same on Linux, macOS and the BSDs.
const IO: i32 = 5;
const FILES_OF_SYSTEM: i32 = 23;
const FILES_OF_PROCESS: i32 = 24;

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn what_keeps_a_file_from_being_written_is_told_apart() {
        for (number, hint) in [
            (IO, "check the disk"),
            (FILES_OF_SYSTEM, "raise the limit of open files"),
            (FILES_OF_PROCESS, "raise the limit of open files"),
            // EACCES, EROFS and EFBIG.
            (13, "make it writable"),
            (30, "make it writable"),
            (27, "raise the limit (ulimit -f)"),
        ] {
            let (path, source) = ("cache".into(), Error::from_raw_os_error(number));
            let found = HubError::Write { path, source }.hint().unwrap();
            assert!(found.starts_with(hint), "{number}: {found}");
        }
    }
}
