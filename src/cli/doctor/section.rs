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

/// `512 MiB`: bytes of memory.
pub(super) fn memory(bytes: u64) -> String {
    format!("{} MiB", bytes >> 20)
}

/// Who limits memory, by the name of a field of [`Room`](crate::cli::limits::memory::Room).
pub(super) fn bound(field: &str) -> String {
    if field == "ulimit_v" { "ulimit -v".to_owned() } else { format!("the {field}") }
}

/// A fact of which nothing is known, or no bound.
pub(super) fn or(value: Option<impl ToString>, otherwise: &str) -> String {
    value.map_or_else(|| otherwise.to_owned(), |value| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_have_the_names_that_people_know() {
        assert_eq!(["machine", "ulimit_v"].map(bound), ["the machine", "ulimit -v"]);
    }

    #[test]
    fn a_file_that_cannot_be_read_has_a_next_step() {
        let (path, source) = ("my token".into(), std::io::Error::from_raw_os_error(13));
        let problem = Problem::hub(&HubError::Read { path, source });
        assert_eq!(problem.hint.as_deref(), Some("ls -ld 'my token'"));
    }
}
