//! A run that writes a record for each picture, from the inputs to the exit code.

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;

use super::console::{Console, Failure, path_for_stdout};
use super::ending_flags::EndingFlags;
use super::exit::Exit;
use super::hint::{Hint, input_hint};
use super::input_flags::InputFlags;
use super::model_flags::ModelFlags;
use super::outputs::destination::{Destination, Place};
use super::outputs::kept::KeptColumns;
use super::outputs::output::Output;
use super::outputs::own_files::OwnFiles;
use super::outputs::report::Report;
use super::outputs::resume::{self, ResumeState};
use super::outputs::run_writer::{RunWriter, Summary};
use super::ready_flags::Ready;
use super::running_flags::RunningFlags;
use super::session::Session;
use super::signals::Stop;
use super::terminal;
use super::threads;
use crate::inputs::{Input, Inputs, ReadAhead};
use crate::predict::{AnswerOptions, Classifier};

/// The flags of a run.
pub(super) struct RecordRun<'a> {
    pub input: &'a InputFlags,
    pub running: &'a RunningFlags,
    pub ending: &'a EndingFlags,
    pub to: &'a Destination,
    /// Who is told that the model is loaded.
    pub ready: Ready,
}

/// Begins to handle signals: from now on the run finishes the pictures that it has started.
pub(super) fn begin_run(session: &Session) -> Result<Stop> {
    let stop = session.stop().map_err(|error| not_heard(&error))?;
    stop.begin_run();
    Ok(stop)
}

impl RecordRun<'_> {
    /// Runs `classifier` on the `inputs` with the options `wanted`, and writes the records to the output of `state`.
    pub(super) fn answer(
        &self,
        inputs: Inputs,
        classifier: &Classifier,
        wanted: AnswerOptions,
        ResumeState { mut completed, output, sink }: ResumeState,
        stop: &Stop,
        console: &Console,
    ) -> Result<Exit> {
        let already = completed.count();
        let report = self.report(already, console);
        if let Some(unfinished) = output.unfinished() {
            stop.before_sudden_end(self.last_words(unfinished, &report, console));
        }
        let own_files = OwnFiles::new(self.to, &output);
        let mut writer = RunWriter::new(self.to, sink, output, report);
        let mut kept = KeptColumns::new(self.input.kept(), inputs.unpaired());
        let inputs = ReadAhead::new(inputs, Arc::clone(stop.flag()))
            .map_err(|error| threads::not_started(1, &error))?;
        let inputs = inputs.filter(|input| {
            // Another member may have the path of one that cannot be read.
            let is_completed = input.is_lasting() && completed.take(input.path());
            let is_own = matches!(input, Input::File(_)) && own_files.include(input.path());
            !is_completed && !is_own
        });
        let (pipeline, plan) =
            self.running.pipeline(classifier, self.input.decode(), wanted, self.input.count(), console);
        self.note_typing(console);
        self.ready.announce()?;
        let mut has_rows = false;
        let outcome = pipeline.run(inputs, plan, stop.flag(), |record| {
            kept.add(&record);
            has_rows |= self.input.image_column().is_some() && is_row(&record.path);
            if self.ending.fail_fast && record.outcome.is_err() {
                stop.ask();
            }
            // After the output failed, no more inputs are needed.
            writer.write(&record).inspect_err(|_| stop.ask())
        });
        let summary = match outcome {
            Ok(()) => writer.finish(stop.is_asked()),
            Err(error) => writer.abort(&error),
        }?;
        if let Some(note) = kept.note().filter(|_| self.to.format.carries_kept) {
            console.note(note);
        }
        if self.input.image_column().is_some() && summary.done > 0 && !has_rows {
            console.note("--image-column changes nothing here: no input is a row of a Parquet file");
        }
        self.note_end(&summary, already, stop, console);
        if let Some(signal) = stop.signal().filter(|_| summary.is_complete) {
            return Ok(Exit::Interrupted(signal));
        }
        // `--fail-fast` also stops a run.
        let has_failed = summary.is_complete && summary.failed > 0;
        Ok(Exit::of_inputs(has_failed, self.ending.exit_zero))
    }

    /// Notes that a run was stopped, or that it has no records. An earlier run completed `already` inputs.
    fn note_end(&self, summary: &Summary, already: usize, stop: &Stop, console: &Console) {
        let done = summary.done + already;
        if stop.is_asked() && summary.is_complete {
            console.note(self.to.continuation(stop.signal(), done, &summary.place));
            return;
        }
        let earlier = self.to.file().filter(|_| summary.place == Place::Nowhere);
        let stays = earlier.map(|file| format!("; {} is as before", file.display()));
        if done == 0 {
            let passed = self.input.passed_by().map(|passed| format!("; {passed}")).unwrap_or_default();
            console.note(format_args!("no pictures found{passed}{}", stays.unwrap_or_default()));
        } else if let Some(stays) = stays {
            console.note(format_args!("no {}{stays}", self.to.kind.noun));
        }
    }

    /// Prints the pictures that a run would take, and notes the model.
    pub(super) fn dry(
        &self,
        inputs: Inputs,
        model: &ModelFlags,
        end_of_path: &[u8],
        console: &Console,
    ) -> Result<Exit> {
        console.note(format_args!("model {}", model.source()?));
        if !self.input.kept().is_empty() {
            console.note("--dry-run prints paths to stdout: --keep changes nothing");
        }
        let mut completed = resume::completed(self.to)?;
        self.note_typing(console);
        let mut output = Output::stdout();
        let mut has_failed = false;
        for input in inputs.only_names().filter(|input| !(input.is_lasting() && completed.take(input.path())))
        {
            let path = input.path();
            if let Input::Unreadable { error, .. } = &input {
                let hint = error.hint.map(|hint| input_hint(hint, path));
                console.error(&format!("{}: {}", path.display(), error.message), hint.as_deref());
                has_failed = true;
                continue;
            }
            output.write_all(&[&path_for_stdout(path), end_of_path].concat())?;
        }
        output.finish()?;
        Ok(Exit::of_inputs(has_failed, self.ending.exit_zero))
    }

    /// Tells the user that input is expected from the keyboard, because usually the pipe was forgotten.
    fn note_typing(&self, console: &Console) {
        if let Some(what) = self.input.on_stdin().filter(|_| terminal::stdin_is_typed()) {
            console.note(format_args!("waiting for {what} on stdin; Ctrl-C ends it"));
        }
    }

    /// The action before a sudden end of the process: it removes the bar, and names the unfinished output or removes a useless one.
    fn last_words(
        &self,
        unfinished: &Path,
        report: &Report,
        console: &Console,
    ) -> impl FnOnce() + Send + 'static {
        let (words, useless) = self.to.sudden_end(unfinished);
        let (unfinished, bar, console) = (unfinished.to_owned(), report.bar(), console.clone());
        move || {
            if let Some(bar) = bar {
                bar.finish_and_clear();
            }
            // The file may have been renamed just now.
            if unfinished.exists() {
                console.note(words);
            }
            if let Some(path) = useless {
                let _ = std::fs::remove_file(path);
            }
        }
    }

    /// The report on a run. It has a progress bar if answers do not appear on the terminal, neither directly nor through another
    /// program.
    fn report<'a>(&self, completed: usize, console: &'a Console) -> Report<'a> {
        let mut report = Report::new(console, self.to.format);
        if self.to.leaves_terminal_alone() {
            report.show_progress(self.input.count(), || self.input.for_counting(), completed);
        }
        report
    }
}

/// Whether a picture with this path is a row of a Parquet file, or such a file that failed.
fn is_row(path: &Path) -> bool {
    path.ancestors().any(|part| part.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("parquet")))
}

fn not_heard(error: &io::Error) -> anyhow::Error {
    let hint = error.hint().or_else(|| Some("higher limits (ulimit -u, ulimit -n)".to_owned()));
    Failure::error(format_args!("cannot listen to signals: {error}"), hint)
}
