//! One request to the endpoint, to see whether it answers as a hub does. Nothing is downloaded, repeated or written.

use super::client::{Client, Method};
use super::error::HubError;
use super::options::HubOptions;
use super::remote::file_path;
use super::repository::{Repository, is_commit};

/// What an endpoint answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// The host that answered in the end, after redirects.
    pub host: String,
    /// Its status.
    pub status: u16,
    /// Whether it named the commit of the file, as a hub does (`X-Repo-Commit`).
    pub names_commit: bool,
    /// Whether it sent a web page.
    pub is_web_page: bool,
    /// Type and size of what it sent.
    pub content: String,
}

/// Asks for the head of a file of `repository`, as a download would, the token included.
pub(super) fn contact(
    options: &HubOptions,
    repository: &Repository,
    file: &str,
) -> Result<Contact, HubError> {
    let client = Client::new(options, repository)?;
    let url = client.url(&file_path(repository.id(), repository.revision(), file));
    let answer = client.send(Method::Head, &url, file, options.timeouts.metadata)?;
    Ok(Contact {
        status: answer.response.status().as_u16(),
        names_commit: answer.header("x-repo-commit").is_some_and(is_commit),
        is_web_page: answer.is_web_page(),
        content: answer.describe(),
        host: answer.host,
    })
}

/// Host and port of the proxy on the way to the endpoint.
pub(super) fn proxy(options: &HubOptions) -> Result<Option<String>, HubError> {
    let endpoint = &options.endpoint;
    let url = endpoint.parse().map_err(|_| HubError::InvalidEndpoint { given: endpoint.clone() })?;
    let proxy = options.proxies.for_url(&url)?;
    Ok(proxy.map(|proxy| format!("{}:{}", proxy.host(), proxy.port())))
}
