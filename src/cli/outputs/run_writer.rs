//! Writes the records of a run and reports on them.

use std::io;

use super::destination::{Destination, Place};
use super::kind::Kind;
use super::output::Output;
use super::report::Report;
use crate::cli::console::Failure;
use crate::cli::exit::is_closed;
use crate::cli::hint::quoted;
use crate::record::Record;
use crate::sink::Sink;

/// Passes records to the sink and to the report, and ends both.
pub(in crate::cli) struct RunWriter<'a> {
    to: &'a Destination,
    sink: Box<dyn Sink>,
    output: Output,
    report: Report<'a>,
    /// Records that the sink has accepted.
    accepted: usize,
}

/// What was done.
pub(in crate::cli) struct Summary {
    /// Inputs with a record.
    pub(in crate::cli) done: usize,
    /// Of these, inputs without an answer.
    pub(in crate::cli) failed: usize,
    /// Whether everything was written. It was not if the reader of a pipe has gone.
    pub(in crate::cli) is_complete: bool,
    /// Where the records are.
    pub(in crate::cli) place: Place,
}

impl<'a> RunWriter<'a> {
    pub(in crate::cli) fn new(
        to: &'a Destination,
        sink: Box<dyn Sink>,
        output: Output,
        report: Report<'a>,
    ) -> Self {
        Self { to, sink, output, report, accepted: 0 }
    }

    pub(in crate::cli) fn write(&mut self, record: &Record) -> io::Result<()> {
        self.report.note(record);
        self.sink.write(&mut self.output, record)?;
        self.accepted += 1;
        Ok(())
    }

    /// Ends the output after a run that wrote every record it started on. If it `is_stopped` early, or has no answer, the file
    /// of an earlier run is not replaced: a folder that is not mounted must not cost what is known of its pictures.
    ///
    /// # Errors
    /// As [`abort`](Self::abort), if the end cannot be written; and if a complete file cannot take its name: it stays under
    /// the temporary one, in any format.
    pub(in crate::cli) fn finish(mut self, is_stopped: bool) -> anyhow::Result<Summary> {
        if let Err(error) = self.sink.finish(&mut self.output) {
            return self.abort(&error);
        }
        self.report.finish(is_stopped);
        let has_answers = self.report.failed() < self.report.done();
        if (is_stopped || !has_answers) && self.output.replaces_a_file() {
            let mut summary = self.summary(true);
            let kept = if has_answers { self.output.keep_partial() } else { None };
            summary.place = kept.map_or(Place::Nowhere, Place::Kept);
            return Ok(summary);
        }
        if let Err(error) = self.output.finish() {
            let name = self.output.name().to_owned();
            let Some(kept) = self.output.keep_partial() else {
                return Err(Failure::error(format_args!("{name}: {error}"), None));
            };
            let hint = format!("mv {} NAME: all these {} are in it", quoted(kept), self.to.kind.noun);
            return Err(Failure::error(failed(&name, &error, self.accepted, self.to.kind), Some(hint)));
        }
        Ok(self.summary(true))
    }

    /// Ends a run that could not write its records. Answers in an unfinished file are kept if the format lets them be read.
    ///
    /// # Errors
    /// Always, with advice, unless the reader of a pipe has gone: that has what it wanted.
    pub(in crate::cli) fn abort(mut self, error: &io::Error) -> anyhow::Result<Summary> {
        self.report.finish(true);
        if is_closed(error) {
            return Ok(self.summary(false));
        }
        let is_readable = self.to.format.is_readable_unfinished;
        let written = if is_readable { self.accepted - self.sink.pending() } else { 0 };
        let message = failed(self.output.name(), error, written, self.to.kind);
        let kept = if is_readable { self.output.keep_partial() } else { None };
        Err(Failure::error(message, self.to.hint(kept.as_deref())))
    }

    fn summary(&self, is_complete: bool) -> Summary {
        Summary { done: self.report.done(), failed: self.report.failed(), is_complete, place: Place::Named }
    }
}

/// The message about an output that failed after `written` records.
fn failed(name: &str, error: &io::Error, written: usize, kind: &Kind) -> String {
    format!("{name}: {error}; {written} {} were written", kind.noun)
}
