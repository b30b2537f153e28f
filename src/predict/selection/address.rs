//! Repositories as pages, programs and folders of the hub spell them, to `owner/name[@revision]`.

use super::error::SelectionError;
use crate::hub::{DEFAULT_ENDPOINT, Environment};

/// The short form of the public hub's host.
const SHORT_HOST: &str = "hf.co";

/// timm's prefixes of a repository, and that of fsspec.
const PREFIXES: [&str; 4] = ["hf-hub:", "hf_hub:", "hf://models/", "hf://"];

/// What follows a prefix of the hub in any case of letters.
fn without_prefix(model: &str) -> Option<&str> {
    let starts =
        |prefix: &&&str| model.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    PREFIXES.iter().find(starts).map(|prefix| &model[prefix.len()..])
}

/// A name for the catalogue, without a prefix of the hub and without the slash that a shell adds.
pub(super) fn bare(model: &str) -> &str {
    let name = without_prefix(model).unwrap_or(model).trim_end_matches('/');
    if name.is_empty() || name.contains('/') || name.starts_with(['.', '~']) { model } else { name }
}

/// The repository that `model` spells in a longer form than `owner/name`; `None` if it is another kind of name.
///
/// # Errors
/// If it is an address that is not that of a model on the hub.
pub(super) fn repository(model: &str) -> Result<Option<String>, SelectionError> {
    if let Some(name) = without_prefix(model) {
        return Ok(Some(name.trim_end_matches('/').to_owned()));
    }
    // A folder of the cache.
    if let Some((owner, name)) = model.strip_prefix("models--").and_then(|id| id.split_once("--")) {
        return Ok(Some(format!("{owner}/{}", name.trim_end_matches('/'))));
    }
    let (scheme, address) =
        model.split_once("://").map_or((None, model), |(scheme, rest)| (Some(scheme), rest));
    let Some((host, path)) = address.split_once('/') else { return Ok(None) };
    match scheme {
        None if !is_hub(host) => {
            // `owner/name/`, as a shell completes it.
            let name = path.trim_end_matches('/');
            let is_name = model.ends_with('/') && !name.is_empty() && !name.contains('/');
            Ok((is_name && !host.starts_with(['.', '~']) && !host.is_empty())
                .then(|| model.trim_end_matches('/').to_owned()))
        }
        Some(_) if !is_hub(host) => Err(SelectionError::OtherAddress(model.into())),
        _ => of_path(path).map(Some).ok_or_else(|| SelectionError::OtherAddress(model.into())),
    }
}

/// Whether the host is the hub's: the public one, or the one in the environment.
fn is_hub(host: &str) -> bool {
    let of = |endpoint: &str| Some(endpoint.split_once("://")?.1.split('/').next()?.to_lowercase());
    let host = host.to_lowercase();
    host == SHORT_HOST
        || [DEFAULT_ENDPOINT, &Environment::from_process().endpoint]
            .iter()
            .any(|known| of(known).as_ref() == Some(&host))
}

/// `owner/name`, perhaps with `/tree/REVISION`, or with `/blob/` or `/resolve/` and a file too.
fn of_path(path: &str) -> Option<String> {
    let path = path.split(['?', '#']).next()?.trim_end_matches('/');
    let mut parts = path.split('/');
    let (owner, name) = (parts.next()?, parts.next()?);
    // Other kinds of repositories.
    if ["datasets", "spaces", "api", "docs", "collections"].contains(&owner) {
        return None;
    }
    let id = format!("{owner}/{}", name.strip_suffix(".git").unwrap_or(name));
    let revision = match parts.next() {
        None | Some("commits" | "discussions") => return Some(id),
        Some("tree" | "blob" | "resolve" | "raw" | "commit") => parts.next()?,
        Some(_) => return None,
    };
    // A pull request's name has slashes.
    let revision = match revision {
        "refs" => format!("refs/{}/{}", parts.next()?, parts.next()?),
        revision => revision.replace("%2F", "/").replace("%2f", "/"),
    };
    Some(if revision == "main" { id } else { format!("{id}@{revision}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(model: &str) -> Option<String> {
        repository(model).unwrap()
    }

    #[test]
    fn longer_forms_of_a_repository() {
        for model in [
            "hf-hub:timm/x.in1k",
            "HF-HUB:timm/x.in1k/",
            "hf_hub:timm/x.in1k",
            "hf://timm/x.in1k",
            "timm/x.in1k/",
            "models--timm--x.in1k",
            "hf.co/timm/x.in1k",
            &format!("{DEFAULT_ENDPOINT}/timm/x.in1k"),
            &format!("{DEFAULT_ENDPOINT}/timm/x.in1k/"),
            &format!("{DEFAULT_ENDPOINT}/timm/x.in1k/tree/main"),
            &format!("{DEFAULT_ENDPOINT}/timm/x.in1k/blob/main/config.json"),
            &format!("{DEFAULT_ENDPOINT}/timm/x.in1k/resolve/main/model.safetensors?download=true"),
            &format!("{DEFAULT_ENDPOINT}/timm/x.in1k?library=timm#usage"),
            &format!("{DEFAULT_ENDPOINT}/timm/x.in1k.git"),
            &format!("{}/timm/x.in1k", DEFAULT_ENDPOINT.trim_start_matches("https://")),
        ] {
            assert_eq!(found(model).as_deref(), Some("timm/x.in1k"), "{model}");
        }
    }

    #[test]
    fn a_name_without_an_owner_is_for_the_catalogue() {
        for model in ["x.in1k", "x.in1k/", "hf-hub:x.in1k", "HF-HUB:x.in1k/"] {
            assert_eq!(bare(model), "x.in1k", "{model}");
        }
        for model in ["a/x", "a/x/", "hf-hub:a/x", "./x/", "../", "/", "hf-hub:"] {
            assert_eq!(bare(model), model);
        }
    }

    #[test]
    fn revisions_are_kept() {
        assert_eq!(found("hf-hub:timm/x@v1").as_deref(), Some("timm/x@v1"));
        for page in ["tree/v1", "blob/v1/config.json", "resolve/v1/model.safetensors"] {
            assert_eq!(found(&format!("https://hf.co/timm/x/{page}")).as_deref(), Some("timm/x@v1"));
        }
        for page in ["tree/refs%2Fpr%2F4", "blob/refs/pr/4/config.json"] {
            assert_eq!(found(&format!("https://hf.co/timm/x/{page}")).as_deref(), Some("timm/x@refs/pr/4"));
        }
    }

    #[test]
    fn other_names_and_addresses() {
        for model in ["v2", "owner/name", "owner/name@v1", "./a/b/", "/a/b", "runs/a/b", "a/b/c/", "../b/"] {
            assert_eq!(found(model), None, "{model}");
        }
        for address in [
            "https://example.org/timm/x",
            "https://hf.co/datasets/a/b",
            "https://hf.co/timm",
            "ftp://hf/a/b",
            "https://hf.co/a/b/settings",
        ] {
            assert_eq!(repository(address), Err(SelectionError::OtherAddress(address.into())), "{address}");
        }
    }
}
