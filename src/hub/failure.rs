//! What went wrong on the way to a response, told from the errors of ureq and rustls.

use std::io::{self, ErrorKind};
use std::path::Path;
use std::time::Duration;

use rustls::{AlertDescription, InvalidMessage};
use ureq::{Error, Timeout};

use super::error::HubError;
use super::pace::TooSlow;

/// What was being done when an error came.
pub(super) struct Attempt<'a> {
    /// What was asked for.
    pub(super) what: &'a str,
    /// Who was asked.
    pub(super) host: &'a str,
    /// Through which proxy.
    pub(super) proxy: Option<&'a str>,
    /// How long a connection may take.
    pub(super) connect: Duration,
    /// How long the connection may be silent.
    pub(super) silence: Duration,
    /// The certificates that are trusted in place of the built-in roots.
    pub(super) certificates: Option<&'a Path>,
}

impl Attempt<'_> {
    /// The error of this attempt for one of the transport.
    pub(super) fn failure(&self, error: Error) -> HubError {
        match error {
            Error::Timeout(Timeout::Connect | Timeout::Resolve) => {
                HubError::Unreachable { host: self.route(), after: self.connect }
            }
            Error::Timeout(_) => HubError::Silent {
                what: self.what.to_owned(),
                host: self.host.to_owned(),
                after: self.silence,
            },
            Error::Rustls(error) => self.encryption(&error),
            Error::Tls(_) | Error::TlsRequired => self.no_encryption(error.to_string()),
            Error::Io(error) => self.io(&error),
            Error::ConnectProxyFailed(reason) => self.tunnel(reason),
            Error::HostNotFound | Error::ConnectionFailed => self.no_connection(error.to_string()),
            Error::Other(other) => match other.downcast_ref::<TooSlow>() {
                Some(&TooSlow { received, after }) => {
                    let (what, host) = (self.what.to_owned(), self.host.to_owned());
                    HubError::Slow { what, host, received, after }
                }
                None => self.broken(other.to_string()),
            },
            error => self.broken(error.to_string()),
        }
    }

    fn io(&self, error: &io::Error) -> HubError {
        if let Some(error) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            return self.encryption(error);
        }
        match error.kind() {
            ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe
            | ErrorKind::InvalidData
            | ErrorKind::UnexpectedEof => self.broken(error.to_string()),
            // DNS failures have no io::ErrorKind of their own.
            _ => self.no_connection(error.to_string()),
        }
    }

    /// Only certificates are a matter of trust. Bytes that do not decrypt are like any damage on the way.
    fn encryption(&self, error: &rustls::Error) -> HubError {
        use rustls::Error as Tls;
        match error {
            Tls::InvalidCertificate(_) => HubError::Untrusted {
                host: self.host.to_owned(),
                reason: error.to_string(),
                certificates: self.certificates.map(Path::to_owned),
            },
            Tls::InvalidMessage(InvalidMessage::InvalidContentType) => {
                self.broken("what came is not TLS; is this an http port?".to_owned())
            }
            Tls::InvalidMessage(_)
            | Tls::DecryptError
            | Tls::PeerSentOversizedRecord
            | Tls::AlertReceived(AlertDescription::BadRecordMac | AlertDescription::DecryptError) => {
                self.broken(error.to_string())
            }
            _ => self.no_encryption(error.to_string()),
        }
    }

    /// What a proxy said instead of opening a tunnel: `proxy server responded 407/407`.
    fn tunnel(&self, reason: String) -> HubError {
        let status = reason.rsplit('/').next().and_then(|status| status.parse().ok());
        match (status, self.proxy) {
            (Some(407), Some(proxy)) => HubError::ProxyLogin { proxy: proxy.to_owned() },
            (Some(status), Some(proxy)) => {
                HubError::ProxyRefused { proxy: proxy.to_owned(), host: self.host.to_owned(), status }
            }
            _ => self.no_connection(reason),
        }
    }

    fn no_connection(&self, reason: String) -> HubError {
        HubError::Connect { host: self.route(), reason }
    }

    fn no_encryption(&self, reason: String) -> HubError {
        HubError::Encryption { host: self.host.to_owned(), reason }
    }

    fn broken(&self, reason: String) -> HubError {
        HubError::Broken { what: self.what.to_owned(), host: self.host.to_owned(), reason }
    }

    /// The host, and the proxy on the way to it.
    pub(super) fn route(&self) -> String {
        match self.proxy {
            Some(proxy) => format!("{} through the proxy {proxy}", self.host),
            None => self.host.to_owned(),
        }
    }
}
