//! Paths that are not UTF-8, in JSON.

use std::path::Path;

use base64::prelude::{BASE64_STANDARD, Engine};

/// The bytes of a path that is not UTF-8, in base64.
pub(super) fn path_bytes(path: &Path) -> Option<String> {
    path.to_str().is_none().then(|| BASE64_STANDARD.encode(path.as_os_str().as_encoded_bytes()))
}
