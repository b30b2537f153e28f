//! The progress bar of a run: `412/1000 pictures, 25/s, 24 s left, 3 failed`.

use std::fmt::Write;
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressState, WeakProgressBar};

use crate::cli::bar_terminal;
use crate::cli::progress::{left, style};
use crate::cli::quantities::{rate, time};
use crate::cli::terminal;

/// Shows how many pictures are done.
pub(super) struct PictureBar {
    bar: ProgressBar,
    is_ascii: bool,
}

/// Columns from which a line has room for a bar beside its numbers.
const ROOM_FOR_BAR: usize = 72;

/// Columns from which numbers have room for what they count.
const ROOM_FOR_NOUN: usize = 50;

impl PictureBar {
    /// Draws a bar that has no end yet.
    pub(super) fn new(is_ascii: bool) -> Self {
        let bar = Self { bar: ProgressBar::with_draw_target(None, bar_terminal::target()), is_ascii };
        bar.set_template("{numbers}{msg}");
        keep_moving(bar.bar.downgrade());
        bar
    }

    /// Counts a picture of a run of `total`, if that is known. So many `failed` until now.
    pub(super) fn count(&mut self, failed: usize, total: Option<u64>) {
        if let Some(total) = total.filter(|_| self.bar.length().is_none()) {
            self.bar.set_length(total);
            if terminal::columns() >= ROOM_FOR_BAR {
                self.set_template("{wide_bar} {numbers}{msg}");
            }
        }
        if failed > 0 {
            self.bar.set_message(format!(", {failed} failed"));
        }
        self.bar.inc(1);
    }

    /// The bar, to print above it or to remove it.
    pub(super) fn handle(&self) -> ProgressBar {
        self.bar.clone()
    }

    /// Removes the bar from the terminal.
    pub(super) fn remove(self) {
        self.bar.finish_and_clear();
    }

    fn set_template(&self, template: &str) {
        let has_noun = terminal::columns() >= ROOM_FOR_NOUN;
        let numbers = move |state: &ProgressState, line: &mut dyn Write| {
            let (done, total) = (state.pos(), state.len());
            let _ = line.write_str(&numbers(done, total, has_noun, state.per_sec(), state.elapsed()));
        };
        self.bar.set_style(style(template, self.is_ascii).with_key("numbers", numbers));
    }
}

/// How far a run is. Before the first picture there is no rate, so that time shows that it goes on.
fn numbers(done: u64, total: Option<u64>, has_noun: bool, per_second: f64, elapsed: Duration) -> String {
    let mut numbers = done.to_string();
    numbers.extend(total.map(|total| format!("/{total}")));
    if has_noun {
        numbers += if total.unwrap_or(done) == 1 { " picture" } else { " pictures" };
    }
    if done == 0 {
        if elapsed >= Duration::from_secs(1) {
            numbers.extend([", ", &time(elapsed)]);
        }
    } else if per_second > 0.0 {
        numbers.extend([", ", &rate(per_second)]);
        numbers.extend(total.and_then(|total| left(done, total, per_second)));
    }
    numbers
}

/// Shows that time passes while no picture is done, until the bar is dropped. indicatif's own ticker panics where the system has no thread for it.
fn keep_moving(bar: WeakProgressBar) {
    let _ = thread::Builder::new().spawn(move || {
        while bar.upgrade().map(|bar| bar.tick()).is_some() {
            thread::sleep(Duration::from_millis(200));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::ZERO;

    #[test]
    fn the_numbers_say_how_far_it_is() {
        let shown = |done, total, per_second| numbers(done, total, true, per_second, NOW);
        assert_eq!(shown(0, None, 0.0), "0 pictures");
        assert_eq!(shown(412, Some(1000), 24.8922), "412/1000 pictures, 25/s, 24 s left");
        assert_eq!(shown(412, None, 24.8922), "412 pictures, 25/s");
        assert_eq!(shown(1, None, 0.5), "1 picture, 30/min");
        assert_eq!(shown(24, Some(24), 24.8922), "24/24 pictures, 25/s");
        assert_eq!(numbers(0, Some(24), true, 0.0, Duration::from_secs(3)), "0/24 pictures, 3 s");
    }

    #[test]
    fn they_fit_a_narrow_terminal() {
        let shown = numbers(4127, Some(10000), false, 24.8922, NOW) + ", 3 failed";
        assert_eq!(shown, "4127/10000, 25/s, 4 min left, 3 failed");
        assert!(shown.len() <= 40);
    }
}
