//! HTTP for the hub. ureq sends the requests; own code follows the redirects, because the token may go to one
//! origin only, and because a redirect that describes a file (`X-Linked-Etag`) must not be followed.

use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use ureq::http::{HeaderMap, Response, Uri};
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body, Timeout};

use super::error::HubError;
use super::options::HubOptions;
use super::repository::Repository;
use super::token::Token;
use super::url::{self, Origin};
use crate::terminal_text::printable;

const USER_AGENT: &str = concat!("mnet/", env!("CARGO_PKG_VERSION"));

/// The hub needs two or three: a renamed repository, a content cache, the storage host.
const MOST_REDIRECTS: usize = 10;

/// A client for the files of one repository.
pub(super) struct Client<'a> {
    agent: Agent,
    options: &'a HubOptions,
    repository: &'a Repository,
    origin: Origin,
    token: Option<Token>,
}

/// What a request asks for.
#[derive(Clone, Copy)]
pub(super) enum Method {
    /// The head only. A redirect that itself describes the file (`X-Linked-Etag`) is not followed.
    Head,
    /// The body from this byte on.
    Get(u64),
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
        let mut config = Agent::config_builder()
            .user_agent(USER_AGENT)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_resolve(Some(options.timeouts.connect))
            .timeout_connect(Some(options.timeouts.connect));
        if let Some(path) = &options.certificates {
            config = config.tls_config(TlsConfig::builder().root_certs(read_certificates(path)?).build());
        }
        let token = options.token.resolve()?;
        Ok(Self { agent: config.build().into(), options, repository, origin, token })
    }

    /// The repository of this client.
    pub(super) fn repository(&self) -> &Repository {
        self.repository
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
        method: Method,
        address: &str,
        what: &str,
        silence: Duration,
    ) -> Result<HubResponse, HubError> {
        let mut url: Uri = address
            .parse()
            .map_err(|_| HubError::InvalidEndpoint { given: self.options.endpoint.clone() })?;
        for _ in 0..MOST_REDIRECTS {
            let host = url::host(&url);
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
        method: Method,
        url: &Uri,
        silence: Duration,
    ) -> Result<Result<Response<Body>, ureq::Error>, HubError> {
        let request = match method {
            Method::Head => self.agent.head(url),
            Method::Get(0) => self.agent.get(url),
            Method::Get(start) => self.agent.get(url).header("range", format!("bytes={start}-")),
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
        let (what, host) = (what.to_owned(), host.to_owned());
        match error {
            Transport::Timeout(Timeout::Connect | Timeout::Resolve) => {
                HubError::Unreachable { host, after: self.options.timeouts.connect }
            }
            Transport::Timeout(_) => HubError::Silent { what, host, after: silence },
            Transport::Rustls(_) | Transport::Tls(_) | Transport::TlsRequired => {
                HubError::Untrusted { host, reason: error.to_string() }
            }
            Transport::Io(error) => match error.kind() {
                // rustls reports a certificate that it does not trust like this.
                ErrorKind::InvalidData => HubError::Untrusted { host, reason: error.to_string() },
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

fn read_certificates(path: &Path) -> Result<RootCerts, HubError> {
    let pem = std::fs::read(path).map_err(|source| HubError::Read { path: path.to_owned(), source })?;
    let certificates = parse_pem(&pem).filter_map(|item| match item {
        Ok(PemItem::Certificate(certificate)) => Some(certificate),
        _ => None,
    });
    Ok(certificates.collect::<Vec<_>>().into())
}
