//! Which inputs a file of JSON Lines has completed.

use std::io::BufRead;

use base64::prelude::{BASE64_STANDARD, Engine};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::start::START;
use crate::encoding::other_than_utf8;
use crate::record::{ModelInfo, Prediction};
use crate::sink::completed::CompletedInputs;
use crate::sink::earlier::Content;
use crate::sink::lines::{Line, Lines};
use crate::sink::resume_error::{ResumeError, check_model};

/// Kinds of failures that lie in the file itself. Any other may pass: a disk comes back, a limit is raised.
const LASTING: [&str; 3] = ["not-an-image", "unsupported", "decode"];

/// The inputs that a file has completed. What is not a whole line of ours is foreign, unless there is no line of ours.
pub(super) fn read_completed(
    file: &mut dyn BufRead,
    model: Option<&ModelInfo>,
) -> Result<CompletedInputs, ResumeError> {
    let mut completed = CompletedInputs::default();
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
                if let Outcome::Answer(by, _) = &whole.outcome {
                    check_model(by, model)?;
                }
                whole.add_to(&mut completed);
                is_ours = true;
            }
            Err(_) if may_be_torn(&line) => torn = Some(line),
            Err(reason) => {
                completed.reject(line.range());
                first_fault.get_or_insert(ResumeError::NotAnAnswer { line: line.number, reason });
            }
        }
    }
    match (torn, first_fault) {
        (_, Some(fault)) if !is_ours => Err(fault),
        (Some(torn), _) if is_ours => {
            completed.end_at(if torn.is_only_zeros() { torn.zeros } else { torn.start });
            Ok(completed)
        }
        (Some(torn), _) if torn.is_only_zeros() => {
            let reason = "it is nothing but zero bytes".to_owned();
            Err(ResumeError::NotAnAnswer { line: torn.number, reason })
        }
        // Without a line of ours, it is not certain whose this is.
        (Some(torn), _) => {
            completed.reject(torn.range());
            Ok(completed)
        }
        (None, _) => Ok(completed),
    }
}

/// What is read back of a line.
#[derive(Deserialize)]
#[serde(expecting = "an object")]
struct ReadLine {
    path: String,
    path_bytes: Option<String>,
    model: Option<String>,
    res: Option<usize>,
    temperature: Option<f64>,
    damaged: Option<IgnoredAny>,
    top: Option<Vec<Class>>,
    error: Option<Failure>,
}

#[derive(Deserialize)]
struct Class {
    index: usize,
    wnid: Option<String>,
    label: String,
    score: f32,
}

#[derive(Deserialize)]
pub(super) struct Failure {
    kind: String,
    pub message: String,
}

/// A whole line of ours.
pub(super) struct WholeLine {
    /// Its bytes.
    pub path: Vec<u8>,
    pub outcome: Outcome,
    /// Whether an answer is to a damaged picture.
    pub damaged: bool,
}

pub(super) enum Outcome {
    /// By this model.
    Answer(ModelInfo, Vec<Prediction>),
    Failure(Failure),
}

impl From<Class> for Prediction {
    fn from(Class { index, wnid, label, score }: Class) -> Self {
        Self { index, wnid: wnid.map(Into::into), label: label.into(), score }
    }
}

/// What a line says; nothing if it is blank. Or why it is not one of ours.
pub(super) fn read(line: &Line) -> Result<Option<WholeLine>, String> {
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
    let read: ReadLine = serde_json::from_str(text).map_err(|error| {
        let is_mac = text.trim_end_matches('\r').contains('\r');
        if is_mac {
            "its lines end in carriage returns, expected newlines".to_owned()
        } else {
            error.to_string()
        }
    })?;
    let outcome = match (read.model, read.res, read.top, read.error) {
        (Some(name), Some(resolution), Some(top), None) => {
            if !top.iter().all(|class| (0.0..=1.0).contains(&class.score)) {
                return Err("a score is not between 0 and 1".to_owned());
            }
            let model = ModelInfo { name, resolution, temperature: read.temperature, embedding: None };
            Outcome::Answer(model, top.into_iter().map(Into::into).collect())
        }
        (None, None, None, Some(failure)) => Outcome::Failure(failure),
        _ => return Err("it has neither an answer nor an error".to_owned()),
    };
    let path = match read.path_bytes {
        Some(encoded) => BASE64_STANDARD.decode(encoded).map_err(|error| error.to_string())?,
        None => read.path.into_bytes(),
    };
    Ok(Some(WholeLine { path, outcome, damaged: read.damaged.is_some() }))
}

impl WholeLine {
    fn add_to(self, completed: &mut CompletedInputs) {
        match self.outcome {
            Outcome::Failure(failure) if !LASTING.contains(&&*failure.kind) => {
                completed.add_part(&self.path, Content::Failure(failure.message));
            }
            Outcome::Answer(..) | Outcome::Failure(_) => completed.add(&self.path, 1),
        }
    }
}

/// Whether this is the beginning of one of our lines, where the file ends.
fn may_be_torn(line: &Line) -> bool {
    if line.is_ended || line.is_too_long {
        return false;
    }
    // A number may be cut after any of these, and is then no number.
    let end = line.text.iter().rposition(|byte| !b"+-.eE".contains(byte)).map_or(0, |last| last + 1);
    let is_cut =
        || serde_json::from_slice::<IgnoredAny>(&line.text[..end]).is_err_and(|error| error.is_eof());
    START.starts_with(&line.text) || line.text.starts_with(START) && is_cut()
}
