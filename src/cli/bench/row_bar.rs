//! The progress bar of a grid: `5/16 rows, 22 s left, V1 0.5-160`.

use std::fmt::Write;

use indicatif::{ProgressBar, ProgressState};

use crate::cli::bar_terminal;
use crate::cli::console::Console;
use crate::cli::progress::{left, style};
use crate::cli::terminal;
use crate::terminal_text::escape_controls;

/// Shows how many rows are measured, where rows themselves do not show it.
pub(super) struct RowBar {
    bar: Option<ProgressBar>,
}

/// Columns from which a line has room for a bar beside its numbers.
const ROOM_FOR_BAR: usize = 80;

impl RowBar {
    /// A bar of `rows`, if one is `wanted` and stderr is a terminal that can show it.
    pub(super) fn new(console: &Console, rows: usize, is_wanted: bool) -> Self {
        let is_shown = is_wanted && console.shows_progress();
        Self { bar: is_shown.then(|| bar(rows, console.is_ascii())) }
    }

    /// Says what is measured now.
    pub(super) fn begin(&self, label: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(escape_controls(label));
            bar.tick();
        }
    }

    /// Counts a row.
    pub(super) fn count(&self) {
        if let Some(bar) = &self.bar {
            bar.inc(1);
        }
    }

    /// Prints above the bar.
    pub(super) fn above<T>(&self, print: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }

    /// The bar, to remove it before the process ends.
    pub(super) fn handle(&self) -> Option<ProgressBar> {
        self.bar.clone()
    }

    /// Removes the bar from the terminal.
    pub(super) fn remove(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn bar(rows: usize, is_ascii: bool) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(rows as u64), bar_terminal::target());
    let has_room = terminal::columns() >= ROOM_FOR_BAR;
    let template = if has_room { "{wide_bar} {numbers}, {msg}" } else { "{numbers}" };
    let numbers = |state: &ProgressState, line: &mut dyn Write| {
        let (done, all) = (state.pos(), state.len().unwrap_or_default());
        let per_second = done as f64 / state.elapsed().as_secs_f64();
        let _ = line.write_str(&numbers(done, all, per_second));
    };
    bar.with_style(style(template, is_ascii).with_key("numbers", numbers))
}

/// `5/16 rows, 22 s left`. Rows take about as long as each other.
fn numbers(done: u64, all: u64, per_second: f64) -> String {
    let noun = if all == 1 { "row" } else { "rows" };
    let mut numbers = format!("{done}/{all} {noun}");
    if done > 0 {
        numbers.extend(left(done, all, per_second));
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_say_how_far_it_is() {
        assert_eq!(numbers(0, 16, 0.0), "0/16 rows");
        assert_eq!(numbers(5, 16, 0.5), "5/16 rows, 22 s left");
        assert_eq!(numbers(1, 1, 0.5), "1/1 row");
    }
}
