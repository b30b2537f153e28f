//! JSON Lines: one object per input, answered or failed.

mod kept;
mod own;
mod read;

use std::io::{self, Write};

use serde::Serialize;

pub use kept::{KeptRecord, read_kept};

use super::earlier::Earlier;
use super::fields::milliseconds;
use super::format::{Constructor, Format, Sink, SinkOptions};
use super::json_line::write_json_line;
use super::kept::Kept;
use crate::record::{Answer, GroupName, Level, Precision, Prediction, Record, RunInfo};

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
    carries_kept: true,
    chooses_label: false,
    holds_answers: own::holds_answers,
    read_completed: Some(read::read_completed),
    constructor: Constructor::BuiltIn(|options| {
        let SinkOptions { run, on_terminal, earlier, .. } = options.clone();
        Box::new(JsonLines { run, on_terminal, earlier })
    }),
};

/// Writes one JSON object per line. Later versions add fields and never remove or rename one.
#[derive(Debug)]
struct JsonLines {
    run: RunInfo,
    on_terminal: bool,
    earlier: Earlier,
}

#[derive(Serialize)]
struct AnswerJson<'a> {
    width: u32,
    height: u32,
    model: &'a str,
    res: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    /// Only if one was asked for: the one that ran.
    #[serde(skip_serializing_if = "Option::is_none")]
    precision: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    damaged: Option<&'a str>,
    /// Only where it is not that of classes.
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<&'a str>,
    /// Only if groups were asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    groups: Vec<Group<'a>>,
    /// A check sum of the classes of groups, if the user has made some.
    #[serde(skip_serializing_if = "Option::is_none")]
    own_groups: Option<&'a str>,
    top: Vec<Class<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    logits: Option<&'a [f32]>,
    ms: Times,
}

#[derive(Serialize)]
struct Class<'a> {
    index: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    wnid: Option<&'a str>,
    label: &'a str,
    score: f32,
}

/// A group that was asked for.
#[derive(Serialize)]
struct Group<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    wnid: Option<&'a str>,
    /// What --not left out of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    without: Option<&'a str>,
    score: f32,
}

/// Milliseconds.
#[derive(Serialize)]
struct Times {
    decode: f64,
    preprocess: f64,
    infer: f64,
}

impl Sink for JsonLines {
    fn write(&mut self, output: &mut dyn Write, record: &Record) -> io::Result<()> {
        if self.earlier.written(record).is_none() {
            return Ok(());
        }
        let outcome = record.outcome.as_ref().map(|answer| self.answer(answer));
        let kept = Kept::new(&self.run.keep, &record.kept);
        write_json_line(output, self.on_terminal, &record.path, kept, outcome)?;
        output.flush()
    }
}

impl JsonLines {
    fn answer<'a>(&'a self, answer: &'a Answer) -> AnswerJson<'a> {
        let RunInfo { model, question, .. } = &self.run;
        AnswerJson {
            width: answer.width,
            height: answer.height,
            model: &model.name,
            res: model.resolution,
            temperature: model.temperature,
            precision: model.precision.map(Precision::name),
            damaged: answer.damaged.as_deref(),
            level: (question.level != Level::Class).then(|| question.level.name()),
            groups: question.groups.iter().zip(&answer.groups).map(group).collect(),
            own_groups: question.own_groups.as_deref(),
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

fn group<'a>((group, score): (&'a GroupName, &f32)) -> Group<'a> {
    let GroupName { name, wnid, without, .. } = group;
    Group { name, wnid: wnid.as_deref(), without: without.as_deref(), score: *score }
}

fn class(prediction: &Prediction) -> Class<'_> {
    Class {
        index: prediction.index,
        wnid: prediction.wnid.as_deref(),
        label: &prediction.label,
        score: prediction.score,
    }
}
