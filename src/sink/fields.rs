//! Fields that several formats have in common.

use std::path::Path;
use std::time::Duration;

use base64::prelude::{BASE64_STANDARD, Engine};

use crate::record;

/// The bytes of `path` if it is not UTF-8. Such a path is shown with replacement characters, and its bytes are kept in a
/// field of their own.
pub(super) fn path_bytes(path: &Path) -> Option<&[u8]> {
    path.to_str().is_none().then_some(path.as_os_str().as_encoded_bytes())
}

/// The same in base64, for text.
pub(crate) fn path_in_base64(path: &Path) -> Option<String> {
    path_bytes(path).map(|bytes| BASE64_STANDARD.encode(bytes))
}

/// Milliseconds, rounded to the microsecond: more digits would be noise.
pub(super) fn milliseconds(duration: Duration) -> f64 {
    (record::milliseconds(duration) * 1e3).round() / 1e3
}
