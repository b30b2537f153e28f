//! Which inputs a file of JSON Lines has completed.

use std::io::BufRead;

use base64::prelude::{BASE64_STANDARD, Engine};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::record::{GroupName, Level, ModelInfo, Precision, Prediction, Question, RunInfo};
use crate::sink::completed::CompletedInputs;
use crate::sink::kept::{KeptNames, check_kept};
use crate::sink::lines::Line;
use crate::sink::resume_error::{
    ResumeError, check_listed, check_model, check_own_groups, check_question, titles,
};
use crate::sink::whole_lines::{self, Failure, Fault, Marks, Owner, parse};

/// What tells answers from the lines of `mnet embed`.
const MARKS: Marks = Marks {
    ours: &["level", "groups", "own_groups", "top", "logits"],
    theirs: &["layer", "normalised", "embedding"],
    of_others: "it has an embedding, not labels",
};

/// The inputs that a file has completed.
pub(super) fn read_completed(
    file: &mut dyn BufRead,
    run: Option<&RunInfo>,
) -> Result<CompletedInputs, ResumeError> {
    whole_lines::read_completed(file, &MARKS, read, |WholeLine { path, outcome, kept, .. }, completed| {
        match outcome {
            Outcome::Answer(by, top) => {
                check_model(&by.model, run.map(|run| &run.model))?;
                let Question { level, groups, own_groups, .. } = &by.question;
                check_question(*level, &titles(groups), |ours| has_same_groups(groups, ours), run)?;
                top.iter().try_for_each(|group| check_listed(group.index, &group.label, run))?;
                check_own_groups(own_groups.as_deref(), run)?;
                check_kept(&kept, run)?;
                completed.add(&path, 1);
                Ok(Owner::Us)
            }
            Outcome::Failure(failure) => {
                check_kept(&kept, run)?;
                failure.add_to(completed, &path);
                Ok(Owner::Unknown)
            }
        }
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
    precision: Option<String>,
    damaged: Option<IgnoredAny>,
    level: Option<String>,
    #[serde(default)]
    groups: Vec<Group>,
    own_groups: Option<String>,
    top: Option<Vec<Class>>,
    /// Of `mnet embed`.
    embedding: Option<IgnoredAny>,
    error: Option<Failure>,
    #[serde(default)]
    kept: KeptNames,
}

#[derive(Deserialize)]
struct Class {
    index: usize,
    wnid: Option<String>,
    label: String,
    score: f32,
}

#[derive(Deserialize)]
struct Group {
    name: String,
    wnid: Option<String>,
    without: Option<String>,
}

/// A whole line of ours.
pub(super) struct WholeLine {
    /// Its bytes.
    pub path: Vec<u8>,
    pub outcome: Outcome,
    /// The names of the columns that it keeps.
    pub kept: Vec<String>,
    /// Whether an answer is to a damaged picture.
    pub damaged: bool,
}

pub(super) enum Outcome {
    /// In such a run.
    Answer(RunInfo, Vec<Prediction>),
    Failure(Failure),
}

impl From<Class> for Prediction {
    fn from(Class { index, wnid, label, score }: Class) -> Self {
        Self { index, wnid: wnid.map(Into::into), label: label.into(), score }
    }
}

impl From<Group> for GroupName {
    fn from(Group { name, wnid, without }: Group) -> Self {
        let [wnid, without] = [wnid, without].map(|text| text.map(Into::into));
        Self { name: name.into(), wnid, without, is_by_id: false }
    }
}

/// Whether groups of a file are those of this run. A file does not say how a group was asked for.
fn has_same_groups(theirs: &[GroupName], ours: &[GroupName]) -> bool {
    let is_same = |(theirs, ours): (&GroupName, &GroupName)| {
        *theirs == GroupName { is_by_id: theirs.is_by_id, ..ours.clone() }
    };
    theirs.len() == ours.len() && theirs.iter().zip(ours).all(is_same)
}

/// What a line says; nothing if it is blank. Or why it is not one of ours.
pub(super) fn read(line: &Line) -> Result<Option<WholeLine>, Fault> {
    let Some(read) = parse::<ReadLine>(line)? else { return Ok(None) };
    if read.embedding.is_some() && read.top.is_none() {
        return Err(Fault::OfAnotherCommand("it has an embedding, not labels".to_owned()));
    }
    let outcome = match (read.model, read.res, read.top, read.error) {
        (Some(name), Some(resolution), Some(top), None) => {
            if !top.iter().all(|class| (0.0..=1.0).contains(&class.score)) {
                return Err("a score is not between 0 and 1".to_owned().into());
            }
            let precision = read
                .precision
                .map(|name| Precision::named(&name).ok_or_else(|| format!("its precision is `{name}`")));
            let model = ModelInfo {
                name,
                resolution,
                temperature: read.temperature,
                precision: precision.transpose()?,
                embedding: None,
            };
            let level = read.level.map_or(Ok(Level::Class), |level| {
                Level::named(&level).ok_or_else(|| format!("its level is `{level}`"))
            })?;
            let groups = read.groups.into_iter().map(Into::into).collect();
            let question = Question { level, listed: vec![], groups, own_groups: read.own_groups };
            Outcome::Answer(
                RunInfo { model, question, keep: vec![] },
                top.into_iter().map(Into::into).collect(),
            )
        }
        (None, None, None, Some(failure)) => Outcome::Failure(failure),
        _ => return Err("it has neither an answer nor an error".to_owned().into()),
    };
    let path = match read.path_bytes {
        Some(encoded) => BASE64_STANDARD.decode(encoded).map_err(|error| error.to_string())?,
        None => read.path.into_bytes(),
    };
    Ok(Some(WholeLine { path, outcome, kept: read.kept.0, damaged: read.damaged.is_some() }))
}
