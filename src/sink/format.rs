//! What an output format is: a [`Sink`] and the row of [`FORMATS`](super::FORMATS) that describes it.

use std::io::{self, BufRead, Write};

use super::completed::CompletedInputs;
use super::earlier::Earlier;
use super::excerpt::Excerpt;
use super::npy_files::NpyFiles;
use super::resume_error::ResumeError;
use crate::record::{EmbeddingInfo, Record, RunInfo};

/// Turns records into bytes, one at a time. Each record is written whole and flushed before the next, except those that
/// are [pending](Self::pending).
pub trait Sink {
    /// Writes one record.
    ///
    /// # Errors
    /// If the output fails; `BrokenPipe` if its reader has gone.
    fn write(&mut self, output: &mut dyn Write, record: &Record) -> io::Result<()>;

    /// How many records [`write`](Self::write) accepted that have not reached the output yet.
    fn pending(&self) -> usize {
        0
    }

    /// Writes pending records and whatever ends the file. Nothing is written after it.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    fn finish(&mut self, _output: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

/// An output format.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "columns of a table")]
pub struct Format {
    /// The word for `--format`.
    pub name: &'static str,
    /// Its name in messages.
    pub title: &'static str,
    /// One line of help.
    pub help: &'static str,
    /// File endings that select it, the usual one first.
    pub endings: &'static [&'static str],
    /// Whether it is bytes that a terminal cannot show.
    pub is_binary: bool,
    /// Whether a file whose writing was cut short can be read.
    pub is_readable_unfinished: bool,
    /// Whether inputs that failed are written too. If not, they have to be reported elsewhere.
    pub carries_failures: bool,
    /// Whether it says which answers are to damaged pictures. If not, that has to be reported elsewhere.
    pub carries_damage: bool,
    /// Whether it has room for logits.
    pub carries_logits: bool,
    /// Whether it has room for columns of the inputs.
    pub carries_kept: bool,
    /// Whether `--label` chooses what it shows for a class. If not, it has all there is, or no classes.
    pub chooses_label: bool,
    /// Whether a file holds answers in this format and nothing else, as far as an excerpt shows.
    pub holds_answers: fn(&Excerpt) -> bool,
    /// Reads back which inputs a file has completed, so that a later run can append the others; `None` if files of this
    /// format cannot be appended to.
    pub read_completed: Option<ReadCompleted>,
    /// Makes its sink.
    pub constructor: Constructor,
}

/// Reads an output file and says which inputs it has completed. Answers must be those of the run, if one is given.
pub type ReadCompleted = fn(&mut dyn BufRead, Option<&RunInfo>) -> Result<CompletedInputs, ResumeError>;

/// How the sink of a format is made.
#[derive(Clone, Copy, Debug)]
pub enum Constructor {
    /// By this function.
    BuiltIn(fn(&SinkOptions) -> Box<dyn Sink>),
    /// The same, for a format with [files beside](super::NPY_BESIDE) its output.
    WithFiles(fn(&SinkOptions, NpyFiles) -> Box<dyn Sink>),
    /// Not in this build: the cargo feature that adds it.
    NeedsFeature(&'static str),
}

/// What sinks need to know about a run.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "facts about the output that do not depend on each other")]
pub struct SinkOptions {
    /// What answers, and what is asked.
    pub run: RunInfo,
    /// What text shows for a class.
    pub label: LabelStyle,
    /// For people in front of a terminal rather than for pipes and files.
    pub on_terminal: bool,
    /// Columns of that terminal.
    pub columns: usize,
    /// Whether that terminal shows ASCII only.
    pub is_ascii: bool,
    /// Whether text may use colour.
    pub colour: bool,
    /// Whether the output already has records, to which these are appended.
    pub appends: bool,
    /// The last columns, if that output was begun without them.
    pub lacks: &'static [&'static str],
    /// What that output has of inputs that are asked once more.
    pub earlier: Earlier,
}

impl SinkOptions {
    /// What the embeddings are.
    ///
    /// # Panics
    /// If the answers are not embeddings.
    pub fn embedding(&self) -> EmbeddingInfo {
        self.run.model.embedding.expect("a run that embeds")
    }
}

/// What text shows for a class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LabelStyle {
    /// The name for people: `Egyptian cat`.
    #[default]
    Name,
    /// Its WordNet id, or its name if it has none.
    Wnid,
    /// The index of the class, from 0.
    Index,
}

impl Format {
    /// Plain lines of text, without failures and damage. Any program may write such lines, so a file is not recognised by them.
    pub(super) const fn of_plain_lines(
        name: &'static str,
        help: &'static str,
        constructor: fn(&SinkOptions) -> Box<dyn Sink>,
    ) -> Self {
        Self {
            name,
            title: name,
            help,
            endings: &[],
            is_binary: false,
            is_readable_unfinished: true,
            carries_failures: false,
            carries_damage: false,
            carries_logits: false,
            carries_kept: false,
            chooses_label: false,
            holds_answers: |_| false,
            read_completed: None,
            constructor: Constructor::BuiltIn(constructor),
        }
    }

    /// Whether a later run can append to a file of this format.
    pub fn is_resumable(&self) -> bool {
        self.read_completed.is_some() || self.has_files_beside()
    }

    /// Whether it has more than one file.
    pub fn has_files_beside(&self) -> bool {
        matches!(self.constructor, Constructor::WithFiles(_))
    }

    /// Which inputs a file of this format has completed, however its writing ended; all of them by the model of `run` and to
    /// its question, if one is given.
    ///
    /// # Errors
    /// If the format is not resumable, if the file cannot be read, or if it holds anything but answers of `run`.
    pub fn completed(
        &self,
        file: &mut dyn BufRead,
        run: Option<&RunInfo>,
    ) -> Result<CompletedInputs, ResumeError> {
        let read = self.read_completed.ok_or(ResumeError::NotResumable { format: self.title })?;
        read(file, run)
    }
}
