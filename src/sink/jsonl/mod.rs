//! JSON Lines: one object per input, answered or failed.

use std::io::{self, BufRead, Write};

use base64::prelude::{BASE64_STANDARD, Engine};
use serde::{Deserialize, Serialize};

use super::completed::{CompletedInputs, ResumeError};
use super::fields::{milliseconds, path_bytes};
use super::format::{Constructor, Format, Sink};
use crate::record::{Answer, ModelInfo, Prediction, Record};

pub(super) const FORMAT: Format = Format {
    name: "jsonl",
    title: "JSON Lines",
    help: "For scripts: JSON Lines",
    endings: &["jsonl", "json", "ndjson"],
    is_binary: false,
    is_readable_unfinished: true,
    carries_failures: true,
    carries_damage: true,
    carries_logits: true,
    is_beginning: |start| start.starts_with(START),
    read_completed: Some(read_completed),
    constructor: Constructor::BuiltIn(|options| Box::new(JsonLines { model: options.model.clone() })),
};

/// How a line begins.
const START: &[u8] = br#"{"path":"#;

/// Writes one JSON object per line. Later versions add fields and never remove or rename one.
#[derive(Debug)]
struct JsonLines {
    model: ModelInfo,
}

#[derive(Serialize)]
struct Line<'a> {
    path: &'a str,
    /// The path's bytes in base64, if they are not UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    path_bytes: Option<String>,
    #[serde(flatten)]
    outcome: Outcome<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Outcome<'a> {
    Answer {
        width: u32,
        height: u32,
        model: &'a str,
        res: usize,
        #[serde(skip_serializing_if = "Option::is_none")]
        damaged: Option<&'a str>,
        top: Vec<Class<'a>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        logits: Option<&'a [f32]>,
        ms: Times,
    },
    Failure {
        error: Error<'a>,
    },
}

#[derive(Serialize)]
struct Class<'a> {
    index: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    wnid: Option<&'a str>,
    label: &'a str,
    score: f32,
}

/// Milliseconds.
#[derive(Serialize)]
struct Times {
    decode: f64,
    preprocess: f64,
    infer: f64,
}

#[derive(Serialize)]
struct Error<'a> {
    kind: &'a str,
    message: &'a str,
}

impl Sink for JsonLines {
    fn write(&mut self, output: &mut dyn Write, record: &Record) -> io::Result<()> {
        let path = record.path.to_string_lossy();
        let path_bytes = path_bytes(&record.path).map(|bytes| BASE64_STANDARD.encode(bytes));
        let outcome = match &record.outcome {
            Ok(answer) => self.answer(answer),
            Err(error) => Outcome::Failure { error: Error { kind: error.kind, message: &error.message } },
        };
        let mut line = serde_json::to_vec(&Line { path: &path, path_bytes, outcome })?;
        line.push(b'\n');
        output.write_all(&line)?;
        output.flush()
    }
}

impl JsonLines {
    fn answer<'a>(&'a self, answer: &'a Answer) -> Outcome<'a> {
        Outcome::Answer {
            width: answer.width,
            height: answer.height,
            model: &self.model.name,
            res: self.model.resolution,
            damaged: answer.damaged.as_deref(),
            top: answer.top.iter().map(class).collect(),
            logits: answer.logits.as_deref(),
            ms: Times {
                decode: milliseconds(answer.timing.decode),
                preprocess: milliseconds(answer.timing.preprocess),
                infer: milliseconds(answer.timing.infer),
            },
        }
    }
}

fn class(prediction: &Prediction) -> Class<'_> {
    Class {
        index: prediction.index,
        wnid: prediction.wnid.as_deref(),
        label: &prediction.label,
        score: prediction.score,
    }
}

/// What is read back of a [`Line`].
#[derive(Deserialize)]
#[serde(expecting = "an object")]
struct CompletedLine {
    path: String,
    path_bytes: Option<String>,
    model: Option<String>,
    res: Option<usize>,
}

/// The inputs that JSON Lines have completed. What is not a whole line of ours is passed over, unless there is none.
fn read_completed(file: &mut dyn BufRead, model: Option<&ModelInfo>) -> Result<CompletedInputs, ResumeError> {
    let mut completed = CompletedInputs::default();
    let mut first_fault = None;
    let (mut bytes, mut end, mut torn) = (Vec::new(), 0, 0);
    for number in 1.. {
        bytes.clear();
        let length = file.read_until(b'\n', &mut bytes)? as u64;
        if length == 0 {
            break;
        }
        end += length;
        // Some file systems leave zeros where a record was lost to a power failure.
        let own = &bytes[bytes.iter().take_while(|byte| **byte == 0).count()..];
        let own = own.strip_prefix(b"\xef\xbb\xbf").unwrap_or(own);
        match CompletedLine::read(own) {
            Ok((line, path)) => {
                line.check_model(model)?;
                completed.add(&path, end - own.len() as u64..end);
            }
            Err(_) if may_be_torn(own) => torn = length,
            Err(reason) => {
                first_fault.get_or_insert(ResumeError::NotAnAnswer { line: number, reason });
            }
        }
    }
    match first_fault {
        Some(fault) if completed.count() == 0 => Err(fault),
        _ => {
            completed.end_at(end - torn);
            Ok(completed)
        }
    }
}

/// Whether `line` may be the beginning of one of ours.
fn may_be_torn(line: &[u8]) -> bool {
    !line.ends_with(b"\n") && (line.starts_with(START) || START.starts_with(line))
}

impl CompletedLine {
    /// A whole line with the bytes of its path, or why it is none.
    fn read(line: &[u8]) -> Result<(Self, Vec<u8>), String> {
        if !line.ends_with(b"\n") {
            return Err("it does not begin like one of its lines".to_owned());
        }
        let read: Self = serde_json::from_slice(line).map_err(|error| error.to_string())?;
        let path = read.path_bytes().map_err(|error| error.to_string())?;
        Ok((read, path))
    }

    /// Refuses answers that are not by `model`.
    fn check_model(&self, model: Option<&ModelInfo>) -> Result<(), ResumeError> {
        let (Some(name), Some(res), Some(model)) = (&self.model, self.res, model) else { return Ok(()) };
        if (name, res) == (&model.name, model.resolution) {
            return Ok(());
        }
        let describe = |name: &str, res| format!("{name} at {res} px");
        let (theirs, ours) = (describe(name, res), describe(&model.name, model.resolution));
        Err(ResumeError::OtherModel { theirs, ours })
    }

    /// The bytes of the path.
    fn path_bytes(&self) -> Result<Vec<u8>, base64::DecodeError> {
        match &self.path_bytes {
            Some(encoded) => BASE64_STANDARD.decode(encoded),
            None => Ok(self.path.clone().into_bytes()),
        }
    }
}
