//! What the sections of the report have in common.

use serde::Serialize;

use crate::cli::hint::{Hint, quoted};
use crate::hub::HubError;

/// Something that is not as it should be, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Problem {
    pub(super) level: Level,
    pub(super) message: String,
    /// The next step.
    #[serde(rename = "try")]
    pub(super) hint: Option<String>,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Level {
    /// It works, but not as fast or as often as it could.
    Warning,
    /// Something that mnet can do otherwise does not work.
    Error,
}

impl Problem {
    pub(super) fn error(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { level: Level::Error, message: message.into(), hint: Some(hint.into()) }
    }

    pub(super) fn warning(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { level: Level::Warning, ..Self::error(message, hint) }
    }

    /// An error of the hub or its cache.
    pub(super) fn hub(error: &HubError) -> Self {
        let of_file = match error {
            HubError::Read { path, .. } => Some(format!("ls -ld {}", quoted(path))),
            _ => None,
        };
        Self { level: Level::Error, message: error.to_string(), hint: error.hint().or(of_file) }
    }
}

/// A part of the report. Its facts as JSON are its fields.
pub(super) trait Section {
    /// Its name, also in JSON.
    fn name(&self) -> &'static str;

    /// Its facts for people: name and value.
    fn lines(&self) -> Vec<(&'static str, String)>;

    /// What is wrong.
    fn problems(&self) -> &[Problem] {
        &[]
    }
}

/// `16.9 MB`, `1.2 GB`: bytes on disk.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}

/// `512 MiB`: bytes of memory.
pub(super) fn memory(bytes: u64) -> String {
    format!("{} MiB", bytes >> 20)
}

/// Who limits memory, by the name of a field of [`Room`](crate::cli::limits::memory::Room).
pub(super) fn bound(field: &str) -> String {
    if field == "ulimit_v" { "ulimit -v".to_owned() } else { format!("the {field}") }
}

/// `1 file`, `2 files`, `2 repositories`
pub(super) fn count(number: usize, noun: &str) -> String {
    match (number, noun.strip_suffix('y')) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) => format!("{number} {stem}ies"),
        _ => format!("{number} {noun}s"),
    }
}

/// A fact of which nothing is known, or no bound.
pub(super) fn or(value: Option<impl ToString>, otherwise: &str) -> String {
    value.map_or_else(|| otherwise.to_owned(), |value| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_units_and_nouns() {
        assert_eq!([999, 16_900_000, 1_200_000_000].map(size), ["1.0 kB", "16.9 MB", "1.2 GB"]);
        let counts = [count(1, "file"), count(0, "file"), count(2, "other entry")];
        assert_eq!(counts, ["1 file", "0 files", "2 other entries"]);
        assert_eq!(["machine", "ulimit_v"].map(bound), ["the machine", "ulimit -v"]);
    }

    #[test]
    fn a_file_that_cannot_be_read_has_a_next_step() {
        let (path, source) = ("my token".into(), std::io::Error::from_raw_os_error(13));
        let problem = Problem::hub(&HubError::Read { path, source });
        assert_eq!(problem.hint.as_deref(), Some("ls -ld 'my token'"));
    }
}
