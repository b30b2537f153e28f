//! What the hub says about a repository: the listing of a commit, and the hash and size of a file.

use std::time::Duration;

use serde::Deserialize;

use super::client::{Client, HubResponse, Method, shortened};
use super::error::HubError;
use super::etag::Etag;
use super::repository::is_commit;
use super::url::escape;

/// Limit for a listing, in bytes. One of ten thousand files takes about 1 MB.
const LARGEST_LISTING: u64 = 16 << 20;

/// The files of a repository at one commit.
#[derive(Debug)]
pub(super) struct Listing {
    /// 40 hexadecimal digits.
    pub(super) commit: String,
    /// Names of the files, folders included.
    pub(super) files: Vec<String>,
    /// Host that answered.
    pub(super) host: String,
}

/// A file that can be downloaded.
#[derive(Debug)]
pub(super) struct RemoteFile {
    /// Name in the repository.
    pub(super) name: String,
    /// Address at the endpoint.
    pub(super) url: String,
    /// Hash of the content.
    pub(super) etag: Etag,
    /// Size in bytes, if the hub said so.
    pub(super) size: Option<u64>,
}

/// The fields used of `/api/models/ID/revision/REVISION`.
#[derive(Deserialize)]
struct ListingJson {
    sha: String,
    #[serde(default)]
    siblings: Vec<FileJson>,
}

#[derive(Deserialize)]
struct FileJson {
    rfilename: String,
}

/// Asks for the files at `revision`.
pub(super) fn list(client: &Client<'_>, revision: &str, silence: Duration) -> Result<Listing, HubError> {
    let what = format!("the listing of {}", client.repository().id());
    let url = client.url(&format!("api/models/{}/revision/{}", client.repository().id(), escape(revision)));
    let mut answer = client.send(Method::Get(0), &url, &what, silence).map_err(|error| match error {
        // Mirrors do not always send the hub's error codes.
        HubError::Status { status: 404, host, .. } => {
            HubError::RepositoryNotFound { id: client.repository().id().to_owned(), host }
        }
        error => error,
    })?;
    let body = answer.response.body_mut().with_config().limit(LARGEST_LISTING).read_to_vec();
    let body = body.map_err(|error| client.failure(error, &what, &answer.host, silence))?;
    let Ok(info) = serde_json::from_slice::<ListingJson>(&body) else {
        return Err(HubError::NotAHub { what, found: answer.describe(), host: answer.host });
    };
    if !is_commit(&info.sha) || (is_commit(revision) && info.sha != revision) {
        let found = format!("commit {:?}", shortened(&info.sha));
        return Err(HubError::NotAHub { what, found, host: answer.host });
    }
    let files = info.siblings.into_iter().map(|sibling| sibling.rfilename).collect();
    Ok(Listing { commit: info.sha, files, host: answer.host })
}

/// Asks for hash and size of `name` at `commit`; `limit` is the largest size accepted, in bytes.
pub(super) fn inspect(
    client: &Client<'_>,
    commit: &str,
    name: &str,
    limit: u64,
    silence: Duration,
) -> Result<RemoteFile, HubError> {
    let url = client.url(&format!("{}/resolve/{commit}/{name}", client.repository().id()));
    let answer = client.send(Method::Head, &url, name, silence)?;
    let not_a_hub =
        |found: String| HubError::NotAHub { what: name.to_owned(), host: answer.host.clone(), found };
    if let Some(other) = answer.header("x-repo-commit").filter(|&other| other != commit) {
        return Err(not_a_hub(format!("commit {:?}, not {commit}", shortened(other))));
    }
    let Some(tag) = answer.header("x-linked-etag").or_else(|| answer.header("etag")) else {
        return Err(not_a_hub(format!("no ETag ({})", answer.describe())));
    };
    let etag = Etag::parse(tag)
        .ok_or_else(|| not_a_hub(format!("the ETag {:?}, which is not a hash", shortened(tag))))?;
    let size = size(&answer);
    if size.is_some_and(|size| size == 0 || size > limit) {
        return Err(HubError::Size {
            file: name.to_owned(),
            host: answer.host,
            expected: format!("1 to {limit} bytes"),
            found: format!("{} bytes", size.unwrap_or_default()),
        });
    }
    Ok(RemoteFile { name: name.to_owned(), url, etag, size })
}

/// The size of the file. The `Content-Length` of a redirect is that of its own page.
fn size(response: &HubResponse) -> Option<u64> {
    let own = response.header("content-length").filter(|_| response.response.status().is_success());
    response.header("x-linked-size").or(own).and_then(|text| text.parse().ok())
}
