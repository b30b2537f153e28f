//! Variables that are set and have no effect, because their values mean nothing. A run says so once, where it would have used
//! them; `mnet doctor` lists them.

use std::env;
use std::path::Path;

use crate::hub::{Environment, Expected, Ignored, Timeouts, TokenSource};
use crate::terminal_text::printable;

/// Message and hint for each that is about the hub.
pub(super) fn of_hub(environment: &Environment) -> Vec<(String, String)> {
    let missing = match &environment.token {
        TokenSource::File(file) if is_set("HF_TOKEN_PATH") => missing_token(file),
        _ => None,
    };
    environment.ignored.iter().map(words).chain(missing).collect()
}

/// The same for that of help.
pub(super) fn of_help() -> Option<(String, String)> {
    let name = "COLUMNS";
    let value = env::var_os(name).filter(|value| !value.is_empty())?.to_string_lossy().into_owned();
    let message = || format!("{name}={} is ignored: expected a number", printable(&value));
    value.parse::<usize>().is_err().then(|| (message(), format!("unset {name}")))
}

fn words(ignored: &Ignored) -> (String, String) {
    let Ignored { name, value, expected } = ignored;
    let value = printable(value);
    match expected {
        Expected::Truth => {
            let words = "1, on, yes or true, else 0, off, no or false";
            (
                format!("{name}={value} counts as false: expected {words}"),
                format!("export {name}=1, or unset {name}"),
            )
        }
        Expected::Seconds => {
            let default = Timeouts::default();
            let usual =
                if *name == "HF_HUB_ETAG_TIMEOUT" { default.metadata } else { default.download }.as_secs();
            let message =
                format!("{name}={value} is ignored: expected whole seconds, at least 1; {usual} are used");
            (message, format!("unset {name}, or export {name}={usual}"))
        }
        Expected::Hosts => {
            let message = format!(
                "`{value}` in {name} is ignored: expected a host, host:port or a block such as 10.0.0.0/8"
            );
            (message, format!("write it in such a form, or take it out of {name}"))
        }
    }
}

/// What to say if the file that should hold the token holds none.
fn missing_token(file: &Path) -> Option<(String, String)> {
    let is_there = file.exists();
    let is_needed = !TokenSource::File(file.to_owned()).is_set().unwrap_or(true);
    is_needed.then(|| {
        let what = if is_there { "is empty" } else { "does not exist" };
        let message = format!("HF_TOKEN_PATH is {}, which {what}: no token is sent", file.display());
        (message, "unset HF_TOKEN_PATH, or name the file of your token".to_owned())
    })
}

fn is_set(name: &str) -> bool {
    env::var_os(name).is_some_and(|value| !value.is_empty())
}
