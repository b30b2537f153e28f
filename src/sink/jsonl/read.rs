//! Which inputs a file of JSON Lines has completed.

use std::io::BufRead;

use base64::prelude::{BASE64_STANDARD, Engine};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::record::{ModelInfo, Prediction};
use crate::sink::completed::CompletedInputs;
use crate::sink::lines::Line;
use crate::sink::resume_error::{ResumeError, check_model};
use crate::sink::whole_lines::{self, Failure, parse};

/// The inputs that a file has completed.
pub(super) fn read_completed(
    file: &mut dyn BufRead,
    model: Option<&ModelInfo>,
) -> Result<CompletedInputs, ResumeError> {
    whole_lines::read_completed(file, read, |WholeLine { path, outcome, .. }, completed| {
        match outcome {
            Outcome::Answer(by, _) => {
                check_model(&by, model)?;
                completed.add(&path, 1);
            }
            Outcome::Failure(failure) => failure.add_to(completed, &path),
        }
        Ok(())
    })
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
    let Some(read) = parse::<ReadLine>(line)? else { return Ok(None) };
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
