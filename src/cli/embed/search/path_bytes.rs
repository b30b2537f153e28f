//! The JSON form of paths that are not UTF-8.

use std::path::Path;

use base64::prelude::{BASE64_STANDARD, Engine};

/// The bytes of a path in base64; `None` if it is UTF-8.
pub(super) fn path_bytes(path: &Path) -> Option<String> {
    path.to_str().is_none().then(|| BASE64_STANDARD.encode(path.as_os_str().as_encoded_bytes()))
}
