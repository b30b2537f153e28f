//! Variables that must be text. One that is not would be passed over, and the run would go to another hub than was meant, or
//! online.

use std::env;
use std::ffi::OsString;

use anyhow::Result;

use super::console::Failure;

/// Variables of the hub and of proxies, which are read in either case.
const TEXT: [&str; 10] = [
    "HF_ENDPOINT",
    "HF_TOKEN",
    "HF_HUB_OFFLINE",
    "TRANSFORMERS_OFFLINE",
    "HF_HUB_DISABLE_IMPLICIT_TOKEN",
    "HF_HUB_ETAG_TIMEOUT",
    "HF_HUB_DOWNLOAD_TIMEOUT",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "ALL_PROXY",
];

/// Refuses variables of the hub that are not UTF-8.
pub(super) fn check() -> Result<()> {
    match not_text(|name| env::var_os(name)) {
        Some(name) => {
            let message = format!("{name} is not UTF-8");
            Err(Failure::error(message, Some(format!("unset {name}, or set it again"))))
        }
        None => Ok(()),
    }
}

/// The first variable that is not text. Its value may be secret.
fn not_text(lookup: impl Fn(&str) -> Option<OsString>) -> Option<String> {
    let names = TEXT.iter().flat_map(|name| [(*name).to_owned(), name.to_lowercase()]);
    names.into_iter().find(|name| lookup(name).is_some_and(|value| value.to_str().is_none()))
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::ffi::OsStringExt;

    use super::*;

    #[test]
    fn bytes_that_are_no_text_are_found() {
        let found = |set: &str, value: &[u8]| {
            not_text(|name| (name == set).then(|| OsString::from_vec(value.to_vec())))
        };
        for name in ["HF_ENDPOINT", "HF_HUB_OFFLINE", "https_proxy"] {
            assert_eq!(found(name, b"1\xff").as_deref(), Some(name));
            assert_eq!(found(name, "é".as_bytes()), None);
        }
    }
}
