//! What people see of a run: failures, a progress bar on a terminal, a summary at the end.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle, WeakProgressBar};

use crate::cli::console::Console;
use crate::cli::hint::input_hint;
use crate::inputs::Inputs;
use crate::record::{Answer, Record};
use crate::sink::Format;

/// Reports on a run on stderr.
pub(super) struct Report<'a> {
    console: &'a Console,
    /// What it leaves out is reported.
    format: &'static Format,
    bar: Option<ProgressBar>,
    /// Inputs of the whole run, or [`UNKNOWN`].
    total: Arc<AtomicU64>,
    start: Instant,
    done: usize,
    failed: usize,
}

/// A total that is not known yet.
const UNKNOWN: u64 = u64::MAX;

const KNOWN_TOTAL: &str = "{wide_bar} {pos}/{len} {msg} {per_sec} {eta}";
const NO_TOTAL: &str = "{spinner} {pos} {msg} {per_sec} {elapsed}";

impl<'a> Report<'a> {
    pub(super) fn new(console: &'a Console, format: &'static Format) -> Self {
        let total = Arc::new(AtomicU64::new(UNKNOWN));
        Self { console, format, bar: None, total, start: Instant::now(), done: 0, failed: 0 }
    }

    /// Draws a progress bar on a terminal. Its total is `known`, or `inputs` are counted while the run goes on; inputs that an
    /// earlier run has `completed` are subtracted.
    pub(super) fn show_progress(
        &mut self,
        known: Option<usize>,
        inputs: impl FnOnce() -> Option<Inputs>,
        completed: usize,
    ) {
        if !self.console.shows_progress() {
            return;
        }
        let bar = ProgressBar::no_length().with_style(style(NO_TOTAL));
        keep_moving(bar.downgrade());
        self.bar = Some(bar);
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
    pub(super) fn note(&mut self, record: &Record) {
        self.done += 1;
        if let Err(error) = &record.outcome {
            self.failed += 1;
            if !self.format.carries_failures {
                let message = format!("{}: {}", record.path.display(), error.message);
                let hint = error.hint.map(|hint| input_hint(hint, &record.path));
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
        let Some(bar) = &self.bar else { return };
        let total = self.total.load(Ordering::Relaxed);
        if bar.length().is_none() && total != UNKNOWN {
            bar.set_length(total);
            bar.set_style(style(KNOWN_TOTAL));
        }
        if self.failed > 0 {
            bar.set_message(format!("{} failed", self.failed));
        }
        bar.inc(1);
    }

    /// Removes the bar and prints the summary.
    pub(super) fn finish(&mut self) {
        let seconds = self.start.elapsed().as_secs_f64();
        let is_drawn = self.bar.take().map(|bar| bar.finish_and_clear()).is_some();
        if is_drawn && self.done > 1 {
            let rate = self.done as f64 / seconds;
            let failed = self.failed;
            self.console.note(format_args!(
                "{} pictures in {seconds:.1} s, {rate:.1} images/s, {failed} failed",
                self.done
            ));
        } else if self.failed > 0 && self.done > 1 {
            self.console.note(format_args!("{} of {} pictures failed", self.failed, self.done));
        }
    }

    /// The bar, if one is drawn.
    pub(super) fn bar(&self) -> Option<ProgressBar> {
        self.bar.clone()
    }

    /// Inputs that were counted.
    pub(super) fn done(&self) -> usize {
        self.done
    }

    /// Of these, inputs without an answer.
    pub(super) fn failed(&self) -> usize {
        self.failed
    }

    /// Prints above the bar.
    fn above_bar(&self, print: impl FnOnce(&Console)) {
        match &self.bar {
            Some(bar) => bar.suspend(|| print(self.console)),
            None => print(self.console),
        }
    }
}

/// Shows that time passes while no picture is done, until the bar is dropped. indicatif's own ticker panics where the system has no thread for it.
fn keep_moving(bar: WeakProgressBar) {
    let _ = thread::Builder::new().spawn(move || {
        while bar.upgrade().map(|bar| bar.tick()).is_some() {
            thread::sleep(Duration::from_millis(200));
        }
    });
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
