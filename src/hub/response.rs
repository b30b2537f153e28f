//! A response of the hub, and what its head says.

use ureq::Body;
use ureq::http::{HeaderMap, Response};

use super::error::HubError;
use crate::terminal_text::printable;

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

/// Refuses a body that is encoded though it was asked for as it is: neither its length nor its hash would be those of the
/// file.
pub(super) fn unencoded(answer: HubResponse, what: &str) -> Result<HubResponse, HubError> {
    let is_own = answer.response.status().is_success();
    let encoding = answer.response.headers().get("content-encoding").filter(|_| is_own);
    let Some(encoding) = encoding.filter(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity"))
    else {
        return Ok(answer);
    };
    let encoding = printable(&String::from_utf8_lossy(encoding.as_bytes()));
    let found = format!("Content-Encoding {encoding}, though it was asked for without");
    Err(HubError::NotAHub { what: what.to_owned(), host: answer.host, found })
}

/// The header `name` if it is plain ASCII text.
pub(super) fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
