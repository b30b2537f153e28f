//! HTTP for the hub. ureq sends the requests; own code follows the redirects, because the token may go to one
//! origin only, and because a redirect that describes a file (`X-Linked-Etag`) must not be followed.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use ureq::http::{HeaderMap, Response, Uri};
use ureq::{Agent, Body, Timeout};

use super::agent::agent;
use super::error::HubError;
use super::options::HubOptions;
use super::repository::Repository;
use super::token::Token;
use super::url::{self, Origin};
use crate::terminal_text::printable;

/// The hub needs two or three: a renamed repository, a content cache, the storage host.
const MOST_REDIRECTS: usize = 10;

/// A client for the files of one repository.
pub(super) struct Client<'a> {
    agent: Agent,
    options: &'a HubOptions,
    repository: &'a Repository,
    origin: Origin,
    token: Option<Token>,
    deadline: Option<Instant>,
}

/// What a request asks for.
#[derive(Clone, Copy)]
pub(super) enum Method<'a> {
    /// The head only. A redirect that itself describes the file (`X-Linked-Etag`) is not followed.
    Head,
    /// The body.
    Get,
    /// The body from this byte on, or all of it if its tag is no longer the given one.
    Continue(u64, Option<&'a str>),
}

/// A successful response and the host it came from.
#[derive(Debug)]
pub(super) struct HubResponse {
    pub(super) response: Response<Body>,
    pub(super) host: String,
}

impl HubResponse {
    /// The header `name` as text without control characters.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        header(self.response.headers(), name)
    }

    /// `Content-Type` and size, for messages about an unexpected response.
    pub(super) fn describe(&self) -> String {
        let kind = self.header("content-type").map_or_else(|| "no content type".to_owned(), printable);
        match self.header("content-length") {
            Some(length) => format!("{kind}, {length} bytes"),
            None => kind,
        }
    }

    /// Whether this is a web page, which captive portals and login pages send instead of anything else.
    pub(super) fn is_web_page(&self) -> bool {
        self.header("content-type").is_some_and(|kind| kind.to_ascii_lowercase().starts_with("text/html"))
    }
}

impl<'a> Client<'a> {
    /// A client for `repository`. Opens no connection.
    ///
    /// # Errors
    /// If the endpoint, the token or the certificates named in the options cannot be used.
    pub(super) fn new(options: &'a HubOptions, repository: &'a Repository) -> Result<Self, HubError> {
        let endpoint = options.endpoint.parse::<Uri>().ok();
        let origin = endpoint.filter(|url| url.query().is_none()).as_ref().and_then(Origin::of);
        let origin = origin.ok_or_else(|| HubError::InvalidEndpoint { given: options.endpoint.clone() })?;
        let token = options.token.resolve()?;
        // A timeout too long for the clock is no timeout.
        let deadline = options.timeouts.total.and_then(|total| Instant::now().checked_add(total));
        Ok(Self { agent: agent(options)?, options, repository, origin, token, deadline })
    }

    /// The repository of this client.
    pub(super) fn repository(&self) -> &Repository {
        self.repository
    }

    /// When the whole fetch must have ended.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// How long to wait for `what`: `silence`, unless the deadline comes first.
    ///
    /// # Errors
    /// [`HubError::Deadline`] if it has passed.
    pub(super) fn patience(&self, what: &str, silence: Duration) -> Result<Duration, HubError> {
        let Some(deadline) = self.deadline else { return Ok(silence) };
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            let after = self.options.timeouts.total.unwrap_or_default();
            return Err(HubError::Deadline { what: what.to_owned(), after });
        }
        Ok(silence.min(left))
    }

    /// Host of the endpoint, for messages.
    pub(super) fn host(&self) -> String {
        self.options.endpoint.parse().as_ref().map(url::host).unwrap_or_default()
    }

    /// The address of `path` (escaped, without a leading slash) at the endpoint.
    pub(super) fn url(&self, path: &str) -> String {
        format!("{}/{path}", self.options.endpoint.trim_end_matches('/'))
    }

    /// Sends one request for `what` and follows its redirects. The response has a 2xx status, or for
    /// [`Method::Head`] describes the file. No read or write takes longer than `silence`.
    pub(super) fn send(
        &self,
        method: Method<'_>,
        address: &str,
        what: &str,
        silence: Duration,
    ) -> Result<HubResponse, HubError> {
        let mut url: Uri = address
            .parse()
            .map_err(|_| HubError::InvalidEndpoint { given: self.options.endpoint.clone() })?;
        for _ in 0..MOST_REDIRECTS {
            let host = url::host(&url);
            let silence = self.patience(what, silence)?;
            let response = self
                .send_once(method, &url, silence)?
                .map_err(|error| self.failure(error, what, &host, silence))?;
            let headers = response.headers();
            let describes = matches!(method, Method::Head) && headers.contains_key("x-linked-etag");
            if response.status().is_success() || (response.status().is_redirection() && describes) {
                return Ok(HubResponse { response, host });
            }
            let Some(location) = header(headers, "location").filter(|_| response.status().is_redirection())
            else {
                return Err(self.refused(&response, &url, what));
            };
            let refused =
                |found: String| HubError::Redirect { what: what.to_owned(), host: host.clone(), found };
            let next =
                url::join(&url, location).ok_or_else(|| refused("to an invalid address".to_owned()))?;
            match (Origin::of(&url), Origin::of(&next)) {
                (Some(from), Some(to)) if !from.is_downgraded_by(&to) => url = next,
                _ => return Err(refused(format!("to {} without encryption", url::host(&next)))),
            }
        }
        let found = format!("more than {MOST_REDIRECTS} times");
        Err(HubError::Redirect { what: what.to_owned(), host: url::host(&url), found })
    }

    /// Sends one request. The outer error is ours, the inner one the transport's.
    fn send_once(
        &self,
        method: Method<'_>,
        url: &Uri,
        silence: Duration,
    ) -> Result<Result<Response<Body>, ureq::Error>, HubError> {
        let request = match method {
            Method::Head => self.agent.head(url),
            Method::Get => self.agent.get(url),
            Method::Continue(start, tag) => {
                let request = self.agent.get(url).header("range", format!("bytes={start}-"));
                tag.into_iter().fold(request, |request, tag| request.header("if-range", tag))
            }
        };
        // Sizes and hashes are those of the uncompressed file.
        let mut request = request.header("accept-encoding", "identity");
        if let Some(token) = self.token.as_ref().filter(|_| Origin::of(url).as_ref() == Some(&self.origin)) {
            request = request.header("authorization", token.authorization());
        }
        let request = request
            .config()
            .proxy(self.options.proxies.for_url(url)?)
            .timeout_recv_response(Some(silence))
            .timeout_per_read(Some(silence))
            .timeout_per_write(Some(silence))
            .build();
        Ok(request.call())
    }

    /// Classifies an error of the transport: no connection, no trust, silence, or a broken connection.
    pub(super) fn failure(&self, error: ureq::Error, what: &str, host: &str, silence: Duration) -> HubError {
        use ureq::Error as Transport;
        if let (Transport::Timeout(_), Err(passed)) = (&error, self.patience(what, silence)) {
            return passed;
        }
        let untrusted = |reason: String| HubError::Untrusted {
            host: host.to_owned(),
            reason,
            certificates: self.options.certificates.clone(),
        };
        let (what, host) = (what.to_owned(), host.to_owned());
        match error {
            Transport::Timeout(Timeout::Connect | Timeout::Resolve) => {
                HubError::Unreachable { host, after: self.options.timeouts.connect }
            }
            Transport::Timeout(_) => HubError::Silent { what, host, after: silence },
            Transport::Rustls(_) | Transport::Tls(_) | Transport::TlsRequired => untrusted(error.to_string()),
            Transport::Io(error) => match error.kind() {
                // rustls reports a certificate that it does not trust like this.
                ErrorKind::InvalidData => untrusted(error.to_string()),
                ErrorKind::ConnectionReset
                | ErrorKind::ConnectionAborted
                | ErrorKind::BrokenPipe
                | ErrorKind::UnexpectedEof => HubError::Broken { what, host, reason: error.to_string() },
                // DNS failures have no io::ErrorKind of their own.
                _ => HubError::Connect { host, reason: error.to_string() },
            },
            Transport::HostNotFound | Transport::ConnectionFailed | Transport::ConnectProxyFailed(_) => {
                HubError::Connect { host, reason: error.to_string() }
            }
            error => HubError::Broken { what, host, reason: error.to_string() },
        }
    }

    /// The error for a status other than success. Error codes are read only from the hub itself.
    fn refused(&self, response: &Response<Body>, url: &Uri, what: &str) -> HubError {
        let (headers, status) = (response.headers(), response.status().as_u16());
        let (id, host) = (self.repository.id().to_owned(), url::host(url));
        let from_hub = Origin::of(url).as_ref() == Some(&self.origin);
        match (status, header(headers, "x-error-code").filter(|_| from_hub)) {
            (_, Some("GatedRepo")) => HubError::Gated { id, host },
            (401, _) if from_hub && self.token.is_none() => HubError::TokenNeeded { id, host },
            (401, _) if from_hub => HubError::TokenRefused { id, host },
            (_, Some("RepoNotFound")) => HubError::RepositoryNotFound { id, host },
            (_, Some("RevisionNotFound")) => {
                HubError::RevisionNotFound { id, revision: self.repository.revision().to_owned(), host }
            }
            _ => {
                let message = header(headers, "x-error-message")
                    .map(|text| format!(": {}", printable(text)))
                    .unwrap_or_default();
                let retry_after = header(headers, "retry-after").and_then(|text| text.parse().ok());
                let retry_after = retry_after.map(Duration::from_secs);
                HubError::Status { what: what.to_owned(), host, status, message, retry_after }
            }
        }
    }
}

/// The header `name` if it is plain ASCII text.
fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
