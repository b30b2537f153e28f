//! What the hub says about a repository: the listing of a commit, and the hash and size of a file.

use serde::Deserialize;

use super::body;
use super::client::{Client, Method};
use super::error::HubError;
use super::etag::Etag;
use super::options::Timeouts;
use super::repository::is_commit;
use super::response::HubResponse;
use super::url::escape;
use crate::terminal_text::printable;

/// Limit for a listing, in bytes. One of ten thousand files takes about 1 MB.
const LARGEST_LISTING: usize = 16 << 20;

/// The files of a repository at one commit.
#[derive(Debug)]
pub(super) struct Listing {
    /// 40 hexadecimal digits.
    pub(super) commit: String,
    /// By which its files are asked for: the commit, or what a mirror without listings was asked for.
    pub(super) revision: String,
    /// Names of the files, folders included.
    pub(super) files: Vec<String>,
    /// Whether these are all its files, or those that were asked for.
    pub(super) is_whole: bool,
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
    /// The hash of the content, or a tag that is not a hash.
    pub(super) etag: Etag,
    /// Size in bytes, if the hub said so; it always did if the tag is not a hash.
    pub(super) size: Option<u64>,
    /// The `ETag` as it was sent, if equal tags mean equal bytes.
    strong_tag: Option<String>,
}

impl RemoteFile {
    /// The tag by which the server is to decide whether a download can be continued. None is needed for a hash: that
    /// shows in the end whether the parts belong together.
    pub(super) fn tag_to_continue(&self) -> Option<&str> {
        self.strong_tag.as_deref().filter(|_| !self.etag.is_hash())
    }

    /// Whether a broken download can be continued at all.
    pub(super) fn can_continue(&self) -> bool {
        self.etag.is_hash() || self.strong_tag.is_some()
    }
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

/// The path of the listing of a repository at `revision`.
pub(super) fn listing_path(id: &str, revision: &str) -> String {
    format!("api/models/{id}/revision/{}", escape(revision))
}

/// The path of a file.
pub(super) fn file_path(id: &str, revision: &str, name: &str) -> String {
    format!("{id}/resolve/{}/{name}", escape(revision))
}

/// Asks for the files at `revision`.
pub(super) fn list(client: &Client<'_>, revision: &str, timeouts: &Timeouts) -> Result<Listing, HubError> {
    let id = client.repository().id();
    let what = format!("the listing of {id}");
    let (url, silence) = (client.url(&listing_path(id, revision)), timeouts.metadata);
    let mut answer = client.send(Method::Get, &url, &what, silence)?;
    let (mut json, host) = (Vec::new(), answer.host.clone());
    client.meter().begin();
    body::read(client, &mut answer, &what, silence, |bytes| {
        json.extend_from_slice(bytes);
        if json.len() <= LARGEST_LISTING {
            return Ok(());
        }
        let expected = format!("at most {LARGEST_LISTING} bytes");
        Err(HubError::Size { file: what.clone(), host: host.clone(), expected, found: "more".to_owned() })
    })?;
    let Ok(info) = serde_json::from_slice::<ListingJson>(&json) else {
        return Err(HubError::NotAHub { what, found: answer.describe(), host });
    };
    if !is_commit(&info.sha) || (is_commit(revision) && info.sha != revision) {
        let found = format!("commit {:?}", printable(&info.sha));
        return Err(HubError::NotAHub { what, found, host });
    }
    let files = info.siblings.into_iter().map(|sibling| sibling.rfilename).collect();
    Ok(Listing { revision: info.sha.clone(), commit: info.sha, files, is_whole: true, host })
}

/// Asks for tag and size of the file `name` of `listing`; `limit` is the largest size accepted, in bytes.
pub(super) fn inspect(
    client: &Client<'_>,
    listing: &Listing,
    name: &str,
    limit: u64,
    timeouts: &Timeouts,
) -> Result<RemoteFile, HubError> {
    let url = client.url(&file_path(client.repository().id(), &listing.revision, name));
    let answer = client.send(Method::Head, &url, name, timeouts.metadata)?;
    let not_a_hub =
        |found: String| HubError::NotAHub { what: name.to_owned(), host: answer.host.clone(), found };
    if let Some(other) = answer.header("x-repo-commit").filter(|&other| other != listing.commit) {
        return Err(not_a_hub(format!("commit {:?}, not {}", printable(other), listing.commit)));
    }
    let (linked, own) = (answer.header("x-linked-etag"), answer.header("etag"));
    let Some(tag) = linked.or(own) else {
        return Err(not_a_hub(format!("no ETag ({})", answer.describe())));
    };
    let unusable = || not_a_hub(format!("the invalid ETag {:?}", printable(tag)));
    let etag = Etag::parse(tag, &listing.commit, name).ok_or_else(unusable)?;
    let size = size(&answer);
    if size.is_some_and(|size| size == 0 || size > limit) {
        return Err(HubError::Size {
            file: name.to_owned(),
            host: answer.host,
            expected: format!("1 to {limit} bytes"),
            found: format!("{} bytes", size.unwrap_or_default()),
        });
    }
    if size.is_none() && !etag.is_hash() {
        return Err(not_a_hub(format!(
            "neither its size nor its hash (the ETag {:?} is not a hash)",
            printable(tag)
        )));
    }
    let strong_tag = linked.is_none().then_some(tag).filter(|tag| tag.starts_with('"')).map(str::to_owned);
    Ok(RemoteFile { name: name.to_owned(), url, etag, size, strong_tag })
}

/// The size of the file. The `Content-Length` of a redirect is that of its own page.
fn size(response: &HubResponse) -> Option<u64> {
    let own = response.header("content-length").filter(|_| response.response.status().is_success());
    response.header("x-linked-size").or(own).and_then(|text| text.parse().ok())
}
