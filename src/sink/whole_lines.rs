//! Which inputs a file of JSON Lines has completed: what is a whole line of ours, what is torn, what is foreign.

use std::io::BufRead;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::completed::CompletedInputs;
use super::earlier::Content;
use super::lines::{Line, Lines};
use super::resume_error::ResumeError;
use crate::encoding::other_than_utf8;

/// How a line of ours begins.
pub(super) const START: &[u8] = br#"{"path":"#;

/// Kinds of failures that lie in the file itself. Any other may pass: a disk comes back, a limit is raised.
const LASTING: [&str; 3] = ["not-an-image", "unsupported", "decode"];

/// The failure in a line.
#[derive(Deserialize)]
pub(super) struct Failure {
    kind: String,
    pub message: String,
}

impl Failure {
    /// Adds an input that failed so: it is completed if it would always fail.
    pub(super) fn add_to(self, completed: &mut CompletedInputs, path: &[u8]) {
        if LASTING.contains(&&*self.kind) {
            completed.add(path, 1);
        } else {
            completed.add_part(path, Content::Failure(self.message));
        }
    }
}

/// Why a line is not one of ours.
#[derive(Debug)]
pub(super) enum Fault {
    /// Damage, or the line of another program.
    Foreign(String),
    /// A whole line of another command of mnet, whose file this is.
    OfAnotherCommand(String),
}

impl Fault {
    pub(super) fn into_reason(self) -> String {
        let (Self::Foreign(reason) | Self::OfAnotherCommand(reason)) = self;
        reason
    }
}

impl From<String> for Fault {
    fn from(reason: String) -> Self {
        Self::Foreign(reason)
    }
}

/// Whose a line is, as its fields tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// The command that reads it.
    Us,
    /// It may be that of another command of mnet: lines of failures are alike in all.
    Unknown,
}

/// Fields that tell the lines of a command from those of others.
pub(super) struct Marks {
    /// Fields that only lines of ours have.
    pub ours: &'static [&'static str],
    /// Fields that only lines of other commands have.
    pub theirs: &'static [&'static str],
    /// What is said of such a line.
    pub of_others: &'static str,
}

/// The inputs that a file has completed. `read` says what a line holds: nothing if it is blank, or why it is not one of ours;
/// `add` adds that, and says whose the line is. What is not a whole line of ours is foreign, unless there is no line of ours. A
/// line of another command, even a torn one, refuses the file. A torn line is cut off if it is certain that it is ours.
pub(super) fn read_completed<T>(
    file: &mut dyn BufRead,
    marks: &Marks,
    read: impl Fn(&Line) -> Result<Option<T>, Fault>,
    add: impl Fn(T, &mut CompletedInputs) -> Result<Owner, ResumeError>,
) -> Result<CompletedInputs, ResumeError> {
    let mut completed = CompletedInputs::default();
    let mut owner = Owner::Unknown;
    let (mut lines, mut is_ours, mut first_fault, mut torn) = (Lines::new(file), false, None, None);
    while let Some(line) = lines.next()? {
        completed.end_at(line.end);
        if line.is_only_zeros() {
            torn = Some(line);
            break;
        }
        completed.reject(line.zeros());
        match read(&line) {
            Ok(None) => {}
            Ok(Some(whole)) => {
                if add(whole, &mut completed)? == Owner::Us {
                    owner = Owner::Us;
                }
                is_ours = true;
            }
            Err(Fault::OfAnotherCommand(reason)) => {
                return Err(ResumeError::NotAnAnswer { line: line.number, reason });
            }
            Err(_) if may_be_torn(&line) => {
                if has_any(&line.text, marks.theirs) {
                    let reason = marks.of_others.to_owned();
                    return Err(ResumeError::NotAnAnswer { line: line.number, reason });
                }
                torn = Some(line);
            }
            Err(Fault::Foreign(reason)) => {
                completed.reject(line.range());
                first_fault.get_or_insert(ResumeError::NotAnAnswer { line: line.number, reason });
            }
        }
    }
    match (torn, first_fault) {
        (_, Some(fault)) if !is_ours => Err(fault),
        (Some(torn), _)
            if is_ours && (owner == Owner::Us || torn.is_only_zeros() || has_any(&torn.text, marks.ours)) =>
        {
            completed.end_at(if torn.is_only_zeros() { torn.zeros } else { torn.start });
            Ok(completed)
        }
        (Some(torn), _) if torn.is_only_zeros() => {
            let reason = "it is nothing but zero bytes".to_owned();
            Err(ResumeError::NotAnAnswer { line: torn.number, reason })
        }
        // Without a line that is ours alone, it is not certain whose this is.
        (Some(torn), _) => {
            completed.reject(torn.range());
            Ok(completed)
        }
        (None, _) => Ok(completed),
    }
}

/// Whether the beginning of a line has one of these fields. In JSON, a quote within a string follows a backslash, so no string matches.
/// Kept columns come last and may hold any JSON.
fn has_any(text: &[u8], fields: &[&str]) -> bool {
    let place = |field: &str| {
        let field = format!(",\"{field}\":");
        text.windows(field.len()).position(|window| window == field.as_bytes())
    };
    let end = place("kept").unwrap_or(usize::MAX);
    fields.iter().any(|field| place(field).is_some_and(|at| at < end))
}

/// The object in a line, or `None` for a blank line.
///
/// # Errors
/// The reason, if the line is not such an object.
pub(super) fn parse<'a, T: Deserialize<'a>>(line: &'a Line) -> Result<Option<T>, String> {
    if line.is_too_long {
        return Err("it is too long".to_owned());
    }
    let text = line.text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line.text);
    if let Some(encoding) = other_than_utf8(text) {
        return Err(format!("it is {}, expected UTF-8", encoding.name));
    }
    if text.trim_ascii().is_empty() {
        return Ok(None);
    }
    // serde_json does not look at the strings of fields that are passed over.
    let text = str::from_utf8(text).map_err(|error| error.to_string())?;
    serde_json::from_str(text).map(Some).map_err(|error| {
        let is_mac = text.trim_end_matches('\r').contains('\r');
        if is_mac {
            "its lines end in carriage returns, expected newlines".to_owned()
        } else {
            error.to_string()
        }
    })
}

/// Whether this is the beginning of one of our lines, where the file ends.
pub(super) fn may_be_torn(line: &Line) -> bool {
    if line.is_ended || line.is_too_long {
        return false;
    }
    // A number may be cut after any of these, and is then no number.
    let end = line.text.iter().rposition(|byte| !b"+-.eE".contains(byte)).map_or(0, |last| last + 1);
    let is_cut =
        || serde_json::from_slice::<IgnoredAny>(&line.text[..end]).is_err_and(|error| error.is_eof());
    START.starts_with(&line.text) || line.text.starts_with(START) && is_cut()
}
