//! Mirrors without listings: each file is asked for by its name, as Python's `hf_hub_download` does.

use super::client::{Client, Method};
use super::error::HubError;
use super::event::Observer;
use super::options::HubOptions;
use super::remote::{Listing, file_path, listing_path};
use super::repository::is_commit;
use super::snapshot::FileRequest;
use crate::terminal_text::printable;

/// Whether a server that answers the request for a listing with `status` may have the files all the same: it knows no
/// such path (404, 400, 405), or does not say what it has (403, as object stores do).
pub(super) fn may_have_files(status: u16) -> bool {
    (400..500).contains(&status) && !matches!(status, 401 | 408 | 429)
}

/// The requested files that exist at `revision`, after `status` came instead of a listing. They must say which commit
/// they are of (`X-Repo-Commit`): the cache and Python need it.
///
/// # Errors
/// [`HubError::NothingThere`] if none of them exists.
pub(super) fn list(
    client: &Client<'_>,
    options: &HubOptions,
    revision: &str,
    requests: &[FileRequest],
    status: u16,
    observer: &mut Observer<'_>,
) -> Result<Listing, HubError> {
    let id = client.repository().id();
    let (mut commit, mut files) = (None, Vec::new());
    for request in requests {
        for name in request.names() {
            let url = client.url(&file_path(id, revision, name));
            let ask = || client.send(Method::Head, &url, name, options.timeouts.metadata);
            let answer = match options.retry.run(client.deadline(), observer, |_| ask()) {
                Err(HubError::Status { status: found, .. }) if found == 404 || found == status => continue,
                answer => answer?,
            };
            let found = answer.header("x-repo-commit").unwrap_or_default();
            if !is_commit(found) || commit.as_deref().is_some_and(|commit| commit != found) {
                let found = match found {
                    "" => format!("no X-Repo-Commit header, and {status} for its listing"),
                    other => format!("commit {:?}", printable(other)),
                };
                return Err(HubError::NotAHub { what: name.to_owned(), host: answer.host, found });
            }
            commit = Some(found.to_owned());
            files.push(name.to_owned());
            break;
        }
    }
    let host = client.host();
    if let Some(commit) = commit {
        return Ok(Listing { commit, revision: revision.to_owned(), files, is_whole: false, host });
    }
    let first = requests.iter().find_map(|request| request.names().into_iter().next());
    let file = file_path(id, revision, first.unwrap_or_default());
    Err(HubError::NothingThere { host, listing: listing_path(id, revision), status, file })
}
