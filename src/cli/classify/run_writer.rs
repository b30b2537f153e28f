//! Writes the records of a run and reports on them.

use std::io;
use std::path::PathBuf;

use super::output::Output;
use super::output_flags::OutputFlags;
use super::report::Report;
use crate::cli::console::Failure;
use crate::cli::exit::is_closed;
use crate::record::Record;
use crate::sink::Sink;

/// Passes records to the sink and to the report, and ends both.
pub(super) struct RunWriter<'a> {
    flags: &'a OutputFlags,
    sink: Box<dyn Sink>,
    output: Output,
    report: Report<'a>,
    /// Records that the sink has accepted.
    accepted: usize,
}

/// What was done.
pub(super) struct Summary {
    /// Inputs with a record.
    pub(super) done: usize,
    /// Of these, inputs without an answer.
    pub(super) failed: usize,
    /// Whether everything was written. It was not if the reader of a pipe has gone.
    pub(super) is_complete: bool,
    /// Where the records are, if not under the name that was asked for.
    pub(super) kept: Option<PathBuf>,
}

impl<'a> RunWriter<'a> {
    pub(super) fn new(
        flags: &'a OutputFlags,
        sink: Box<dyn Sink>,
        output: Output,
        report: Report<'a>,
    ) -> Self {
        Self { flags, sink, output, report, accepted: 0 }
    }

    pub(super) fn write(&mut self, record: &Record) -> io::Result<()> {
        self.report.note(record);
        self.sink.write(&mut self.output, record)?;
        self.accepted += 1;
        Ok(())
    }

    /// Ends the output after a run that wrote every record it started on. If it was `stopped` early, the file of an earlier
    /// run is not replaced by a part of this one.
    ///
    /// # Errors
    /// As [`abort`](Self::abort), if the end cannot be written.
    pub(super) fn finish(mut self, is_stopped: bool) -> anyhow::Result<Summary> {
        if let Err(error) = self.sink.finish(&mut self.output) {
            return self.abort(&error);
        }
        if is_stopped && self.output.replaces_a_file() {
            self.report.finish();
            let mut summary = self.summary(true);
            summary.kept = self.output.keep_partial();
            return Ok(summary);
        }
        if let Err(error) = self.output.finish() {
            self.report.finish();
            let written = self.accepted;
            return self.fail(&error, written, true);
        }
        self.report.finish();
        Ok(self.summary(true))
    }

    /// Ends a run that could not write its records. Answers in an unfinished file are kept if the format lets them be read.
    ///
    /// # Errors
    /// Always, with advice, unless the reader of a pipe has gone: that has what it wanted.
    pub(super) fn abort(mut self, error: &io::Error) -> anyhow::Result<Summary> {
        self.report.finish();
        if is_closed(error) {
            return Ok(self.summary(false));
        }
        let is_readable = self.flags.format().is_readable_unfinished;
        let written = if is_readable { self.accepted - self.sink.pending() } else { 0 };
        self.fail(error, written, is_readable)
    }

    /// The error for an output that ends with `written` answers, which stay if they are worth it.
    fn fail(self, error: &io::Error, written: usize, is_kept: bool) -> anyhow::Result<Summary> {
        let name = self.output.name().to_owned();
        let kept = if is_kept { self.output.keep_partial() } else { None };
        let message = format!("{name}: {error}; {written} answers were written");
        Err(Failure::error(message, self.flags.hint(kept.as_deref())))
    }

    fn summary(&self, is_complete: bool) -> Summary {
        Summary { done: self.report.done(), failed: self.report.failed(), is_complete, kept: None }
    }
}
