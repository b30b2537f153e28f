//! The environment variables that are set, of those that mnet reads. What may be secret is not shown.

use std::env;
use std::ffi::OsStr;

use serde::Serialize;

use super::section::{Problem, Section};
use crate::cli::environment::{VARIABLES, check};
use crate::cli::ignored_variables;
use crate::cli::secret::{is_token, public_part};
use crate::hub::Environment;
use crate::terminal_text::escape_controls;

#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct Variables {
    set: Vec<Seen>,
    #[serde(skip)]
    problems: Vec<Problem>,
}

#[derive(Debug, Serialize)]
struct Seen {
    name: &'static str,
    /// `None` if it is not shown.
    value: Option<String>,
}

impl Variables {
    pub(super) fn examine(environment: &Environment) -> Self {
        let names =
            VARIABLES.iter().flat_map(|variable| variable.names().map(|name| (name, variable.is_secret)));
        let set = names.filter_map(|(name, is_secret)| {
            let value = env::var_os(name)?;
            Some(Seen { name, value: (!is_secret || value.is_empty()).then(|| shown(name, &value)) })
        });
        let not_text =
            check().err().map(|error| Problem::error(error.to_string(), "set it again, or unset it"));
        let ignored = ignored_variables::of_hub(environment).into_iter().chain(ignored_variables::of_help());
        let ignored = ignored.map(|(message, hint)| Problem::warning(message, hint));
        Self { set: set.collect(), problems: not_text.into_iter().chain(ignored).collect() }
    }
}

/// A value that is no secret, unless it is an address with one in it, or a token that stands in the wrong variable.
fn shown(name: &str, value: &OsStr) -> String {
    let value = value.to_string_lossy();
    if is_token(&value) {
        return "(not shown: it looks like a token)".to_owned();
    }
    let is_address = value.contains("://") || name == "HF_ENDPOINT";
    escape_controls(&if is_address { public_part(&value) } else { value.into_owned() })
}

impl Section for Variables {
    fn name(&self) -> &'static str {
        "environment"
    }

    fn lines(&self) -> Vec<(&'static str, String)> {
        let value = |seen: &Seen| match seen.value.as_deref() {
            None => "(set, not shown)".to_owned(),
            Some("") => "(empty)".to_owned(),
            Some(value) => value.to_owned(),
        };
        let lines: Vec<_> = self.set.iter().map(|seen| (seen.name, value(seen))).collect();
        if lines.is_empty() { vec![("variables", "none that mnet reads is set".to_owned())] } else { lines }
    }

    fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lose_their_passwords_and_controls_are_escaped() {
        assert_eq!(shown("HF_ENDPOINT", OsStr::new("u:secret@hub")), "***@hub");
        assert_eq!(shown("HF_HOME", OsStr::new("s3://u:secret@bucket")), "s3://***@bucket");
        assert!(shown("HF_TOKEN_PATH", OsStr::new("hf_secret")).contains("token"));
        assert_eq!(shown("HF_HOME", OsStr::new("/data/@me\x1b[31m")), "/data/@me\\u{1b}[31m");
    }
}
