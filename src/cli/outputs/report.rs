//! What people see of a run: failures, a progress bar on a terminal, a summary at the end.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use indicatif::ProgressBar;

use super::picture_bar::PictureBar;
use crate::cli::console::Console;
use crate::cli::hint::input_hint;
use crate::cli::quantities::{counted, rate};
use crate::inputs::Inputs;
use crate::record::{Answer, ItemHint, Record};
use crate::sink::Format;
use crate::words::and_list;

/// Reports on a run on stderr.
pub(in crate::cli) struct Report<'a> {
    console: &'a Console,
    /// What it leaves out is reported.
    format: &'static Format,
    bar: Option<PictureBar>,
    /// Inputs of the whole run, or [`UNKNOWN`].
    total: Arc<AtomicU64>,
    start: Instant,
    done: usize,
    failed: usize,
    /// The first of them, which the summary names.
    first_failed: Vec<PathBuf>,
}

/// A total that is not known yet.
const UNKNOWN: u64 = u64::MAX;

/// How many failures the summary names.
const NAMED: usize = 3;

impl<'a> Report<'a> {
    pub(in crate::cli) fn new(console: &'a Console, format: &'static Format) -> Self {
        Self {
            console,
            format,
            bar: None,
            total: Arc::new(AtomicU64::new(UNKNOWN)),
            start: Instant::now(),
            done: 0,
            failed: 0,
            first_failed: vec![],
        }
    }

    /// Draws a progress bar on a terminal. Its total is `known`, or `inputs` are counted while the run goes on; inputs that an
    /// earlier run has `completed` are subtracted.
    pub(in crate::cli) fn show_progress(
        &mut self,
        known: Option<usize>,
        inputs: impl FnOnce() -> Option<Inputs>,
        completed: usize,
    ) {
        if !self.console.shows_progress() {
            return;
        }
        self.bar = Some(PictureBar::new(self.console.is_ascii()));
        if let Some(count) = known {
            self.total.store(count.saturating_sub(completed) as u64, Ordering::Relaxed);
        } else if let Some(inputs) = inputs() {
            let total = Arc::clone(&self.total);
            // Not joined: a run that ends before the count does not need it. Where the system has no thread for it, the
            // bar has no end.
            let _ = thread::Builder::new().spawn(move || {
                let left = inputs.count().saturating_sub(completed);
                total.store(left as u64, Ordering::Relaxed);
            });
        }
    }

    /// Counts a record, and reports what the output leaves out of it.
    pub(in crate::cli) fn note(&mut self, record: &Record) {
        self.done += 1;
        if let Err(error) = &record.outcome {
            self.failed += 1;
            if self.first_failed.len() < NAMED {
                self.first_failed.push(record.path.clone());
            }
            if !self.format.carries_failures {
                let message = format!("{}: {}", record.path.display(), error.message);
                // Searching for a similar name to each missing file of a long list would take too long.
                let is_told = self.failed <= NAMED || error.hint != Some(ItemHint::FindFile);
                let hint = error.hint.filter(|_| is_told).map(|hint| input_hint(hint, &record.path));
                self.above_bar(|console| console.error(&message, hint.as_deref()));
            }
        }
        if let Ok(Answer { damaged: Some(reason), .. }) = &record.outcome
            && !self.format.carries_damage
        {
            let path = record.path.display();
            self.above_bar(|console| {
                console.note(format_args!("{path}: answered by what there is: {reason}"));
            });
        }
        if let Some(bar) = &mut self.bar {
            let total = self.total.load(Ordering::Relaxed);
            bar.count(self.failed, (total != UNKNOWN).then_some(total));
        }
    }

    /// Removes the bar and prints the summary. How long it took says nothing of a run that `is_stopped` early.
    pub(in crate::cli) fn finish(&mut self, is_stopped: bool) {
        let is_drawn = self.bar.take().map(PictureBar::remove).is_some();
        let is_timed = (is_drawn || self.console.is_verbose()) && !is_stopped;
        let took = is_timed.then(|| self.start.elapsed());
        if let Some(summary) = summary(self.done, self.failed, &self.first_failed, took) {
            self.console.note(summary);
        }
    }

    /// The bar, if one is drawn.
    pub(in crate::cli) fn bar(&self) -> Option<ProgressBar> {
        self.bar.as_ref().map(PictureBar::handle)
    }

    /// Inputs that were counted.
    pub(in crate::cli) fn done(&self) -> usize {
        self.done
    }

    /// Of these, inputs without an answer.
    pub(in crate::cli) fn failed(&self) -> usize {
        self.failed
    }

    /// Prints above the bar.
    fn above_bar(&self, print: impl FnOnce(&Console)) {
        match &self.bar {
            Some(bar) => bar.handle().suspend(|| print(self.console)),
            None => print(self.console),
        }
    }
}

/// `24 pictures in 3.2 s, 7.5/s, 5 failed: a.jpg, b.jpg, c.jpg and 2 more`, without the time if it is not to be said. A single
/// picture needs no summary.
fn summary(done: usize, failed: usize, first_failed: &[PathBuf], took: Option<Duration>) -> Option<String> {
    let mut names: Vec<_> = first_failed.iter().map(|path| path.display().to_string()).collect();
    if failed > names.len() {
        names.push(format!("{} more", failed - names.len()));
    }
    let names = and_list(names);
    let seconds = took.map(|took| took.as_secs_f64());
    match seconds {
        _ if done < 2 => None,
        Some(seconds) => {
            let pace =
                format!("{} in {seconds:.1} s, {}", counted(done, "picture"), rate(done as f64 / seconds));
            Some(if failed > 0 { format!("{pace}, {failed} failed: {names}") } else { pace })
        }
        None => (failed > 0).then(|| format!("{failed} of {done} pictures failed: {names}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_names_the_first_failures() {
        let paths = ["a.jpg", "b c.jpg", "d.jpg"].map(PathBuf::from);
        let took = Some(Duration::from_millis(3200));
        let summary = |done, failed: usize, took| summary(done, failed, &paths[..failed.min(NAMED)], took);
        assert_eq!(summary(24, 0, took).as_deref(), Some("24 pictures in 3.2 s, 7.5/s"));
        assert_eq!(
            summary(24, 5, took).as_deref(),
            Some("24 pictures in 3.2 s, 7.5/s, 5 failed: a.jpg, b c.jpg, d.jpg and 2 more")
        );
        assert_eq!(summary(24, 2, None).as_deref(), Some("2 of 24 pictures failed: a.jpg and b c.jpg"));
        assert_eq!(
            summary(24, 3, None).as_deref(),
            Some("3 of 24 pictures failed: a.jpg, b c.jpg and d.jpg")
        );
        assert_eq!([summary(24, 0, None), summary(1, 1, None), summary(0, 0, took)], [None, None, None]);
    }
}
