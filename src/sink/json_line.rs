//! The JSON of a picture: a line with its path, then what there is to say of it, or its failure.

use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

use super::fields::path_in_base64;
use super::kept::Kept;
use crate::record::ItemError;
use crate::terminal_text::escape_in_json;

#[derive(Serialize)]
struct Line<'a, T> {
    path: &'a str,
    /// The path's bytes in base64, if they are not UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    path_bytes: Option<String>,
    #[serde(flatten)]
    outcome: Outcome<'a, T>,
    /// Only if columns are kept. It comes last, so that it cannot be taken for a field of ours where a line is torn.
    #[serde(skip_serializing_if = "Kept::is_empty")]
    kept: Kept<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Outcome<'a, T> {
    Answer(T),
    Failure { error: Error<'a> },
}

#[derive(Serialize)]
struct Error<'a> {
    kind: &'a str,
    message: &'a str,
}

/// Writes the line of the picture at `path`, with the fields of `outcome` and what is `kept` of its columns. A terminal gets no character that it obeys.
pub(crate) fn write_json_line<T: Serialize>(
    output: &mut dyn Write,
    on_terminal: bool,
    path: &Path,
    kept: Kept,
    outcome: Result<T, &ItemError>,
) -> io::Result<()> {
    let outcome = match outcome {
        Ok(answer) => Outcome::Answer(answer),
        Err(error) => Outcome::Failure { error: Error { kind: error.kind, message: &error.message } },
    };
    let line = Line { path: &path.to_string_lossy(), path_bytes: path_in_base64(path), outcome, kept };
    let mut line = serde_json::to_string(&line)?;
    if on_terminal {
        line = escape_in_json(&line);
    }
    line.push('\n');
    output.write_all(line.as_bytes())
}
