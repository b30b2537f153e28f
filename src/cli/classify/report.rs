//! What people see of a long run: a bar on a terminal, a line at the end.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::Console;
use crate::cli::hint::Hint;
use crate::inputs::Inputs;
use crate::record::Record;

/// The state of a run.
pub(super) struct Report<'a> {
    console: &'a Console,
    /// Whether failures are to be said, because they are not part of what is written.
    says_failures: bool,
    bar: Option<ProgressBar>,
    total: Arc<AtomicU64>,
    start: Instant,
    /// Pictures done.
    pub(super) done: usize,
    /// Of them without an answer.
    pub(super) failed: usize,
}

/// The total is not known yet.
const UNKNOWN: u64 = u64::MAX;

const KNOWN_TOTAL: &str = "{wide_bar} {pos}/{len} {msg} {per_sec} {eta}";
const NO_TOTAL: &str = "{spinner} {pos} {msg} {per_sec} {elapsed}";

impl<'a> Report<'a> {
    pub(super) fn new(console: &'a Console, says_failures: bool) -> Self {
        let total = Arc::new(AtomicU64::new(UNKNOWN));
        Self { console, says_failures, bar: None, total, start: Instant::now(), done: 0, failed: 0 }
    }

    /// Draws a bar on a terminal. Its end is `known`, or the number of `inputs`, counted meanwhile, less those `already`
    /// answered.
    pub(super) fn show_progress(
        &mut self,
        known: Option<usize>,
        inputs: impl FnOnce() -> Option<Inputs>,
        already: usize,
    ) {
        if !self.console.shows_progress() {
            return;
        }
        let bar = ProgressBar::no_length().with_style(style(NO_TOTAL));
        bar.enable_steady_tick(Duration::from_millis(200));
        self.bar = Some(bar);
        if let Some(count) = known {
            self.total.store(count.saturating_sub(already) as u64, Ordering::Relaxed);
        } else if let Some(inputs) = inputs() {
            let total = Arc::clone(&self.total);
            // Nobody waits for it: where the run is faster, the end comes without.
            std::thread::spawn(move || {
                let left = inputs.count().saturating_sub(already);
                total.store(left as u64, Ordering::Relaxed);
            });
        }
    }

    /// Takes note of a record, and says on stderr what the output does not: why a picture has no answer.
    pub(super) fn note(&mut self, record: &Record) {
        self.done += 1;
        if let Err(error) = &record.outcome {
            self.failed += 1;
            if self.says_failures {
                let message = format!("{}: {}", record.path.display(), error.message);
                self.aside(|console| console.error(&message, error.hint.hint().as_deref()));
            }
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

    /// Removes the bar and says what was done.
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

    /// Prints above the bar.
    fn aside(&self, print: impl FnOnce(&Console)) {
        match &self.bar {
            Some(bar) => bar.suspend(|| print(self.console)),
            None => print(self.console),
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
