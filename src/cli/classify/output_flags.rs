//! What to print, how and where.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::ValueEnum;

use super::output::Output;
use super::{Console, Failure};
use crate::predict::{AnswerOptions, Classes, Classifier};
use crate::record::ModelInfo;
use crate::sink::{Csv, JsonLines, LabelStyle, Paths, Sink, Text};

/// Which classes of an answer.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Selection")]
pub(super) struct SelectionFlags {
    /// How many classes to print, best first
    #[arg(short = 'k', long = "top", value_name = "K", default_value_t = 5)]
    top: usize,
    /// Print only classes of at least this probability, 0 to 1
    #[arg(long, value_name = "P", default_value_t = 0.0, value_parser = probability)]
    min_score: f32,
    /// Of the K best classes print only these: a name, one of the names between its commas, a WordNet id or an index. It
    /// takes all words up to the next flag: paths go in front
    #[arg(long, value_name = "LABEL", num_args = 1..)]
    only: Vec<String>,
    /// Of the K best classes print all but these, named in the same way
    #[arg(long, value_name = "LABEL", num_args = 1..)]
    not: Vec<String>,
}

/// Where answers go and what they look like.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Output")]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line")]
pub(super) struct OutputFlags {
    /// How to print answers; by default what the ending of --output or --resume says, or text
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Print one JSON object per picture: short for --format jsonl
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// Write to this file, which appears when it is complete
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Append to this file (JSON Lines or CSV) what it does not answer yet; begin it if there is none. A run that was
    /// killed at any moment goes on where it was
    #[arg(long, value_name = "FILE", conflicts_with = "output")]
    resume: Option<PathBuf>,
    /// What to print for a class in text
    #[arg(long, value_enum, value_name = "KIND", default_value_t)]
    label: Label,
    /// Add all logits of the checkpoint's head to JSON and Parquet
    #[arg(long)]
    logits: bool,
    /// Print only the paths of pictures that have a class left after the selection
    #[arg(long, conflicts_with_all = ["format", "json", "resume"])]
    paths_only: bool,
    /// As --paths-only, each path ended by a zero byte, for `xargs -0`
    #[arg(long, conflicts_with_all = ["format", "json", "resume"])]
    print0: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people: blocks on a terminal, tab-separated lines elsewhere
    Text,
    /// For scripts: JSON Lines
    Jsonl,
    /// For spreadsheets: a row per class
    Csv,
    /// For data frames: the fields of JSON Lines as nested columns; to be read when it is complete
    Parquet,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Label {
    /// Its name
    #[default]
    Name,
    /// Its WordNet id
    Wnid,
    /// Its index
    Index,
}

fn probability(word: &str) -> Result<f32, String> {
    match word.parse::<f32>() {
        Ok(probability) if (0.0..=1.0).contains(&probability) => Ok(probability),
        _ => Err("a probability is between 0 and 1; try 0.5".into()),
    }
}

impl SelectionFlags {
    /// What is wanted of an answer of this classifier.
    pub(super) fn wanted(&self, classifier: &Classifier, logits: bool) -> Result<AnswerOptions> {
        let [only, not] = [("--only", &self.only), ("--not", &self.not)].map(|(flag, words)| {
            classifier.classes(words).map_err(|error| {
                let hint = error.similar().map(|name| format!("{flag} '{name}'"));
                Failure::error(&error, hint)
            })
        });
        let classes = Classes::new((!self.only.is_empty()).then_some(only?), not?);
        Ok(AnswerOptions { top: self.top, min_score: self.min_score, classes, logits })
    }
}

impl OutputFlags {
    /// The format that is asked for, by word or by the ending of the file.
    pub(super) fn format(&self) -> Format {
        let file = self.output.as_deref().or(self.resume.as_deref());
        let by_ending = match file.and_then(Path::extension).and_then(|ending| ending.to_str()) {
            Some("jsonl" | "json" | "ndjson") => Format::Jsonl,
            Some("csv") => Format::Csv,
            Some("parquet") => Format::Parquet,
            _ => Format::Text,
        };
        if self.json { Format::Jsonl } else { self.format.unwrap_or(by_ending) }
    }

    /// Refuses Parquet where it cannot go.
    pub(super) fn check(&self) -> Result<()> {
        if self.is_paths() || self.format() != Format::Parquet {
            return Ok(());
        }
        if let Some(path) = &self.resume {
            let message = "a Parquet file cannot be gone on with, only JSON Lines and CSV";
            return Err(Failure::error(format_args!("{}: {message}", path.display()), Some(resumable(path))));
        }
        if self.is_on_terminal() {
            let hint = "-o labels.parquet".to_owned();
            return Err(Failure::error("Parquet is not for terminals", Some(hint)));
        }
        Ok(())
    }

    /// Whether what was written can be read where the rest could not be; Parquet cannot, without its end.
    pub(super) fn is_readable_unfinished(&self) -> bool {
        self.is_paths() || self.format() != Format::Parquet
    }

    /// What to do where writing fails; a file that is not complete may be `left`.
    pub(super) fn hint(&self, left: Option<&Path>) -> Option<String> {
        let file = self.output.as_deref().filter(|_| !self.is_paths())?;
        let instead = format!("{} instead of --output", resumable(file));
        Some(match (self.format(), left.map(Path::display)) {
            (Format::Parquet, _) => format!("{instead}, which keeps what was written"),
            (_, None) => return None,
            (Format::Text, Some(left)) => format!("{instead}; they are in {left}"),
            (Format::Jsonl | Format::Csv, Some(left)) => {
                format!("mv {left} {0}, then --resume {0} goes on with them", file.display())
            }
        })
    }

    /// What stands behind a path that is printed alone.
    pub(super) fn end_of_path(&self) -> &'static [u8] {
        if self.print0 { b"\0" } else { b"\n" }
    }

    pub(super) fn logits(&self) -> bool {
        self.logits
    }

    /// Whether a failure is part of what is written, or has to be said elsewhere.
    pub(super) fn has_failures(&self) -> bool {
        !self.is_paths() && self.format() != Format::Text
    }

    /// The file to go on with.
    pub(super) fn resume(&self) -> Option<&Path> {
        self.resume.as_deref()
    }

    /// Whether people see the answers come.
    pub(super) fn is_on_terminal(&self) -> bool {
        self.output.is_none() && self.resume.is_none() && io::stdout().is_terminal()
    }

    /// Where answers go, if no file is resumed.
    pub(super) fn open(&self) -> Result<Output> {
        match &self.output {
            Some(path) => Output::create(path),
            None => Ok(Output::stdout()),
        }
    }

    /// What turns records into bytes.
    ///
    /// # Errors
    /// If this build cannot write the format.
    pub(super) fn sink(&self, classifier: &Classifier, console: &Console) -> Result<Box<dyn Sink>> {
        if self.is_paths() {
            return Ok(Box::new(Paths::new(self.print0)));
        }
        Ok(match self.format() {
            Format::Jsonl => Box::new(JsonLines::new(classifier.info())),
            Format::Csv => Box::new(Csv::default()),
            Format::Parquet => parquet(classifier.info())?,
            Format::Text if self.is_on_terminal() => {
                Box::new(Text::block(self.label.style(), console.colours_stdout()))
            }
            Format::Text => Box::new(Text::line(self.label.style())),
        })
    }

    fn is_paths(&self) -> bool {
        self.paths_only || self.print0
    }
}

/// The flag for a file that can be gone on with, named like `path`.
fn resumable(path: &Path) -> String {
    let ending = path.extension().filter(|ending| *ending == "csv").unwrap_or("jsonl".as_ref());
    format!("--resume {}", path.with_extension(ending).display())
}

#[cfg(feature = "parquet")]
#[expect(clippy::unnecessary_wraps, reason = "a build without it has only the error")]
fn parquet(model: ModelInfo) -> Result<Box<dyn Sink>> {
    Ok(Box::new(crate::sink::Parquet::new(model)))
}

#[cfg(not(feature = "parquet"))]
fn parquet(_: ModelInfo) -> Result<Box<dyn Sink>> {
    let hint = "cargo install --path . --features parquet, or --format jsonl";
    Err(Failure::error("this build has no Parquet support", Some(hint.to_owned())))
}

impl Label {
    fn style(self) -> LabelStyle {
        match self {
            Self::Name => LabelStyle::Name,
            Self::Wnid => LabelStyle::Wnid,
            Self::Index => LabelStyle::Index,
        }
    }
}
