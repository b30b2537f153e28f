//! Mirrors without listings: each file is asked for by its name, as Python's `hf_hub_download` does.

use super::client::{Client, Method};
use super::error::HubError;
use super::event::Observer;
use super::options::HubOptions;
use super::remote::{Listing, file_path, listing_path};
use super::repository::is_commit;
use super::snapshot::FileRequest;
use crate::terminal_text::printable;

/// Whether a server may have the files though its listing failed like this: it knows no such path, answers every path with
/// the same page, or refuses this one. Not if it is the hub itself that answers, if it asks to wait, or if there is no
/// connection to it.
pub(super) fn may_have_files(failed: &HubError) -> bool {
    match failed {
        HubError::Status { status, .. } => !matches!(status, 408 | 429),
        HubError::NotAHub { .. }
        | HubError::Size { .. }
        | HubError::Redirect { .. }
        | HubError::Broken { .. } => true,
        _ => false,
    }
}

/// What came instead of a listing.
fn instead(failed: &HubError) -> String {
    match failed {
        HubError::Status { status, .. } => status.to_string(),
        HubError::NotAHub { found, .. } | HubError::Size { found, .. } => found.clone(),
        HubError::Redirect { found, .. } => format!("redirects {found}"),
        HubError::Broken { reason, .. } => reason.clone(),
        other => other.to_string(),
    }
}

/// The requested files that exist at `revision`, after the listing failed. They must say which commit they are of
/// (`X-Repo-Commit`): the cache and Python need it.
///
/// # Errors
/// [`HubError::NothingThere`] if none of them exists. A file that is refused (403) may well exist.
pub(super) fn list(
    client: &Client<'_>,
    options: &HubOptions,
    revision: &str,
    requests: &[FileRequest],
    failed: &HubError,
    observer: &mut Observer<'_>,
) -> Result<Listing, HubError> {
    let id = client.repository().id();
    let (mut commit, mut files) = (None, Vec::new());
    for request in requests {
        for name in request.names() {
            let url = client.url(&file_path(id, revision, name));
            let ask = || client.send(Method::Head, &url, name, options.timeouts.metadata);
            let answer = match options.retry.run(client.deadline(), observer, |_| ask()) {
                Err(HubError::Status { status: 404 | 410, .. }) => continue,
                answer => answer?,
            };
            let found = answer.header("x-repo-commit").unwrap_or_default();
            if !is_commit(found) || commit.as_deref().is_some_and(|commit| commit != found) {
                let found = match found {
                    "" => format!("no X-Repo-Commit header, and no listing ({})", instead(failed)),
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
    let (listing, found) = (listing_path(id, revision), instead(failed));
    Err(HubError::NothingThere { host, listing, found, file })
}
