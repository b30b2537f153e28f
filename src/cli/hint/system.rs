//! Limits of the system.

use std::io;

use super::Hint;

/// `EMFILE` on Linux, the BSDs and macOS. Rust has no word for it.
const TOO_MANY_OPEN_FILES: i32 = 24;

impl Hint for io::Error {
    fn hint(&self) -> Option<String> {
        let is_limit = cfg!(unix) && self.raw_os_error() == Some(TOO_MANY_OPEN_FILES);
        is_limit.then(|| "a higher limit on open files: ulimit -n 256".to_owned())
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_on_open_files_is_named() {
        let error = io::Error::from_raw_os_error(TOO_MANY_OPEN_FILES);
        assert!(error.to_string().starts_with("Too many open files"), "{error}");
        assert_eq!(error.hint().as_deref(), Some("a higher limit on open files: ulimit -n 256"));
        assert_eq!(io::Error::from_raw_os_error(2).hint(), None);
    }
}
