//! JSON Lines: one object per picture, with its embedding or its failure.

use std::io::{self, BufRead, Write};

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::line::{Outcome, WholeLine, read};
use crate::record::{EmbeddingInfo, Record, RunInfo};
use crate::sink::completed::CompletedInputs;
use crate::sink::earlier::Earlier;
use crate::sink::excerpt::Excerpt;
use crate::sink::format::{Constructor, Format, Sink, SinkOptions};
use crate::sink::json_line::write_json_line;
use crate::sink::jsonl;
use crate::sink::kept::{Kept, KeptNames, check_kept};
use crate::sink::resume_error::{ResumeError, check_model};
use crate::sink::whole_lines::{self, Marks, Owner, START};

pub(super) const FORMAT: Format = Format {
    help: "For scripts: JSON Lines, failures too",
    carries_logits: false,
    holds_answers,
    read_completed: Some(read_completed),
    constructor: Constructor::BuiltIn(|options| {
        let SinkOptions { run, on_terminal, earlier, .. } = options.clone();
        let embedding = options.embedding();
        Box::new(JsonLines { run, embedding, on_terminal, earlier })
    }),
    ..jsonl::FORMAT
};

/// Writes one object per line. Later versions add fields and never remove or rename one.
struct JsonLines {
    run: RunInfo,
    embedding: EmbeddingInfo,
    on_terminal: bool,
    earlier: Earlier,
}

#[derive(Serialize)]
struct EmbeddingJson<'a> {
    width: u32,
    height: u32,
    model: &'a str,
    res: usize,
    layer: &'static str,
    normalised: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    damaged: Option<&'a str>,
    embedding: &'a [f32],
}

impl Sink for JsonLines {
    fn write(&mut self, output: &mut dyn Write, record: &Record) -> io::Result<()> {
        if record.outcome.is_err() && self.earlier.written(record).is_none() {
            return Ok(());
        }
        let outcome = record.outcome.as_ref().map(|answer| EmbeddingJson {
            width: answer.width,
            height: answer.height,
            model: &self.run.model.name,
            res: self.run.model.resolution,
            layer: self.embedding.layer.name(),
            normalised: self.embedding.normalised,
            damaged: answer.damaged.as_deref(),
            embedding: answer.features.as_deref().unwrap_or_default(),
        });
        let kept = Kept::new(&self.run.keep, &record.kept);
        write_json_line(output, self.on_terminal, &record.path, kept, outcome)?;
        output.flush()
    }
}

/// What tells embeddings from the lines of `mnet classify`.
const MARKS: Marks = Marks {
    ours: &["layer", "normalised", "embedding"],
    theirs: &["level", "groups", "own_groups", "top", "logits"],
    of_others: "it has labels, not an embedding",
};

fn read_completed(file: &mut dyn BufRead, run: Option<&RunInfo>) -> Result<CompletedInputs, ResumeError> {
    whole_lines::read_completed(file, &MARKS, read, |line, completed| {
        let WholeLine { path, outcome, kept } = line;
        match outcome {
            Outcome::Embedding(by, _) => {
                check_model(&by, run.map(|run| &run.model))?;
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

/// All fields that a line of ours may have. A line with any other field was changed by someone.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only whether a field is there counts")]
struct Own {
    path: String,
    path_bytes: Option<IgnoredAny>,
    width: Option<IgnoredAny>,
    height: Option<IgnoredAny>,
    model: Option<IgnoredAny>,
    res: Option<IgnoredAny>,
    layer: Option<IgnoredAny>,
    normalised: Option<bool>,
    damaged: Option<IgnoredAny>,
    embedding: Option<Vec<f32>>,
    error: Option<OwnError>,
    kept: Option<KeptNames>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only whether it is there counts")]
struct OwnError {
    kind: String,
}

/// Whether a file holds lines of ours, and nothing else.
fn holds_answers(excerpt: &Excerpt) -> bool {
    let is_own = |line: &[u8]| {
        serde_json::from_slice::<Own>(line).is_ok_and(|own| {
            own.error.is_some() || own.embedding.is_some() && own.normalised.is_some() && own.model.is_some()
        })
    };
    let is_torn = |rest: &[u8]| rest.starts_with(START) || START.starts_with(rest);
    let mut lines = excerpt.lines(b'\n').peekable();
    lines.peek().is_some() && lines.all(is_own) && is_torn(excerpt.rest(b'\n'))
}
