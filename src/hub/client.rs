//! HTTP for the hub. ureq sends the requests; own code follows the redirects, because the token may go to one
//! origin only, and because a redirect that describes a file (`X-Linked-Etag`) must not be followed.

use std::time::{Duration, Instant};

use ureq::http::{Response, Uri};
use ureq::{Agent, Body, Error, Proxy};

use super::agent::agent;
use super::error::HubError;
use super::failure::Attempt;
use super::meter::Meter;
use super::options::HubOptions;
use super::repository::Repository;
use super::response::{HubResponse, header, unencoded};
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
    meter: Meter,
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

impl<'a> Client<'a> {
    /// A client for `repository`. Opens no connection.
    ///
    /// # Errors
    /// If the endpoint, the token or the certificates named in the options cannot be used.
    pub(super) fn new(options: &'a HubOptions, repository: &'a Repository) -> Result<Self, HubError> {
        // A `Uri` drops a fragment in silence.
        let endpoint = options.endpoint.parse::<Uri>().ok().filter(|_| !options.endpoint.contains('#'));
        let origin = endpoint.filter(|url| url.query().is_none()).as_ref().and_then(Origin::of);
        let origin = origin.ok_or_else(|| HubError::InvalidEndpoint { given: options.endpoint.clone() })?;
        let token = options.token.resolve()?;
        // A timeout too long for the clock is no timeout.
        let deadline = options.timeouts.total.and_then(|total| Instant::now().checked_add(total));
        let meter = Meter::new(options.timeouts.pace, deadline);
        Ok(Self {
            agent: agent(options, meter.clone())?,
            options,
            repository,
            origin,
            token,
            deadline,
            meter,
        })
    }

    /// The repository of this client.
    pub(super) fn repository(&self) -> &Repository {
        self.repository
    }

    /// When the whole fetch must have ended.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// The limits of time for what this client reads.
    pub(super) fn meter(&self) -> &Meter {
        &self.meter
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
            let proxy = self.options.proxies.for_url(&url)?;
            let via = proxy.as_ref().map(|proxy| format!("{}:{}", proxy.host(), proxy.port()));
            let response = match self.send_once(method, &url, proxy, silence) {
                Err(Error::Protocol(error)) => {
                    let found = format!("no HTTP ({error})");
                    return Err(HubError::NotAHub { what: what.to_owned(), host, found });
                }
                response => {
                    response.map_err(|error| self.failure(error, what, &host, via.as_deref(), silence))?
                }
            };
            let headers = response.headers();
            let describes = matches!(method, Method::Head) && headers.contains_key("x-linked-etag");
            if response.status().is_success() || (response.status().is_redirection() && describes) {
                return unencoded(HubResponse { response, host }, what);
            }
            let Some(location) = header(headers, "location").filter(|_| response.status().is_redirection())
            else {
                return Err(self.refused(&response, &url, via, what));
            };
            let refused =
                |found: String| HubError::Redirect { what: what.to_owned(), host: host.clone(), found };
            let next =
                url::join(&url, location).ok_or_else(|| refused("to an invalid address".to_owned()))?;
            match (Origin::of(&url), Origin::of(&next)) {
                (Some(from), Some(to)) if !from.is_downgraded_by(&to) => url = next,
                (_, Some(_)) => return Err(refused(format!("to {} without encryption", url::host(&next)))),
                (_, None) => return Err(refused("to an address that is not http or https".to_owned())),
            }
        }
        let found = format!("more than {MOST_REDIRECTS} times");
        Err(HubError::Redirect { what: what.to_owned(), host: url::host(&url), found })
    }

    /// Sends one request.
    fn send_once(
        &self,
        method: Method<'_>,
        url: &Uri,
        proxy: Option<Proxy>,
        silence: Duration,
    ) -> Result<Response<Body>, Error> {
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
        // Looking up the host and connecting to it end with the deadline too.
        let left = self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        let request = request
            .config()
            .proxy(proxy)
            .timeout_global(left)
            .timeout_recv_response(Some(silence))
            .timeout_per_read(Some(silence))
            .timeout_per_write(Some(silence))
            .build();
        request.call()
    }

    /// What an error of the transport means for `what` from `host`, asked through the proxy `via`.
    pub(super) fn failure(
        &self,
        error: Error,
        what: &str,
        host: &str,
        via: Option<&str>,
        silence: Duration,
    ) -> HubError {
        if let (Error::Timeout(_), Err(passed)) = (&error, self.patience(what, silence)) {
            return passed;
        }
        let attempt = Attempt {
            what,
            host,
            proxy: via,
            connect: self.options.timeouts.connect,
            silence,
            certificates: self.options.certificates.as_deref(),
        };
        attempt.failure(error)
    }

    /// The error for a status other than success. Error codes are read only from the hub itself.
    fn refused(&self, response: &Response<Body>, url: &Uri, via: Option<String>, what: &str) -> HubError {
        let (headers, status) = (response.headers(), response.status().as_u16());
        let (id, host) = (self.repository.id().to_owned(), url::host(url));
        let from_origin = Origin::of(url).as_ref() == Some(&self.origin);
        // Another server may ask for a password of its own.
        let explains = ["x-error-code", "x-error-message"].iter().any(|name| headers.contains_key(*name));
        let from_hub = from_origin && explains;
        match (status, header(headers, "x-error-code").filter(|_| from_hub)) {
            (407, _) => HubError::ProxyLogin { proxy: via.unwrap_or(host) },
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
                // A proxy answers for the host if it does not let a request through.
                let host = match via.filter(|_| url.scheme_str() == Some("http")) {
                    Some(proxy) => format!("{host} through the proxy {proxy}"),
                    None => host,
                };
                HubError::Status { what: what.to_owned(), host, status, message, retry_after }
            }
        }
    }
}
