//! `-o FILE`: the answers that the figures are counted from, as JSON Lines.

use std::io;
use std::path::Path;

use anyhow::Result;

use crate::cli::console::{Console, Failure};
use crate::cli::outputs::kind::ANSWERS;
use crate::cli::outputs::output::Output;
use crate::cli::outputs::overwrite::{self, Replacement};
use crate::record::{Record, RunInfo};
use crate::sink::{Constructor, Earlier, Format, LabelStyle, Sink, SinkOptions};

/// The file of answers.
pub(super) struct RecordsFile {
    output: Output,
    sink: Box<dyn Sink>,
}

/// Refuses a file that would take the place of something else, or whose name promises another format.
pub(super) fn check(path: &Path, data: &Path) -> Result<()> {
    let ending = path.extension().and_then(|ending| ending.to_str());
    if let Some(other) = ending.and_then(Format::of_ending).filter(|format| format.name != json_lines().name)
    {
        let message = format!("{}: answers are kept as JSON Lines, not as {}", path.display(), other.title);
        return Err(Failure::error(message, Some("-o labels.jsonl".to_owned())));
    }
    overwrite::check_is_not_read(path, &[("holds the labels", data.to_owned())], Replacement::by(&ANSWERS))?;
    overwrite::check(path, &ANSWERS, false)
}

fn json_lines() -> &'static Format {
    Format::named("jsonl").unwrap_or_else(|| unreachable!("a format of that name"))
}

impl RecordsFile {
    /// Creates a file at `path` for the answers of `run`.
    pub(super) fn create(path: &Path, run: RunInfo) -> Result<Self> {
        let Constructor::BuiltIn(new) = json_lines().constructor else {
            unreachable!("it is in every build")
        };
        let sink = new(&SinkOptions {
            run,
            label: LabelStyle::Name,
            on_terminal: false,
            columns: 0,
            is_ascii: false,
            colour: false,
            appends: false,
            lacks: &[],
            earlier: Earlier::default(),
        });
        Ok(Self { output: Output::create(path)?, sink })
    }

    pub(super) fn write(&mut self, record: &Record) -> io::Result<()> {
        self.sink.write(&mut self.output, record)
    }

    /// What is said if the process ends at once.
    pub(super) fn last_words(&self) -> Option<String> {
        let path = self.output.unfinished()?;
        Some(format!("ended at once: the answers so far are in {}", path.display()))
    }

    /// Gives the file its name after a run that ended as `outcome` says; one that is not whole does not take the place of
    /// another file.
    pub(super) fn finish(mut self, outcome: io::Result<()>, is_whole: bool, console: &Console) -> Result<()> {
        let name = self.output.name().to_owned();
        let failed = |error: io::Error| Failure::error(format_args!("{name}: {error}"), None);
        if let Err(error) = outcome {
            self.keep(console);
            return Err(failed(error));
        }
        if !is_whole && self.output.replaces_a_file() {
            self.keep(console);
            return Ok(());
        }
        if let Err(error) = self.output.finish() {
            self.keep(console);
            return Err(failed(error));
        }
        Ok(())
    }

    fn keep(self, console: &Console) {
        if let Some(kept) = self.output.keep_partial() {
            console.note(format_args!("the answers so far are in {}", kept.display()));
        }
    }
}
