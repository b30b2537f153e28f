//! The progress bar of a search: `31/62 networks, timing mobilenetv3_large_100.ra_in1k`.

use indicatif::{ProgressBar, ProgressDrawTarget};

use crate::cli::bar_terminal;
use crate::cli::console::Console;
use crate::cli::progress::style;
use crate::cli::quantities::counted;
use crate::cli::session::Session;
use crate::cli::terminal;

/// Counts how many networks are settled. If a bar may be drawn, it shows them, and which one is timed.
pub(super) struct SearchBar(ProgressBar);

/// Columns from which a line has room for a bar beside its words.
const ROOM_FOR_BAR: usize = 100;

impl SearchBar {
    /// Draws a bar, if one may be drawn. A signal takes it away, and then it is said how far the search came.
    pub(super) fn new(session: &Session, networks: usize) -> Self {
        let console = session.console();
        let target =
            if console.shows_progress() { bar_terminal::target() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(networks as u64), target);
        let template = if terminal::columns() >= ROOM_FOR_BAR {
            "{wide_bar} {pos}/{len} networks, {msg}"
        } else {
            "{pos}/{len} networks, {msg}"
        };
        bar.set_style(style(template, console.is_ascii()));
        if let Ok(stop) = session.stop() {
            stop.before_sudden_end(last_words(bar.clone(), console.clone()));
        }
        Self(bar)
    }

    /// Shows how many networks are settled, and which one is timed next.
    pub(super) fn show(&self, settled: usize, next: &str) {
        let Self(bar) = self;
        bar.set_position(position(bar.position(), settled, bar.length().unwrap_or_default()));
        bar.set_message(format!("timing {next}"));
        bar.tick();
    }

    /// Says how far the search came.
    pub(super) fn interrupted(&self, console: &Console) {
        last_words(self.0.clone(), console.clone())();
    }
}

/// Removes the bar from the terminal.
impl Drop for SearchBar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// The network that is timed is not settled. Others come back into question if the peak rises, but a bar does not run back.
fn position(shown: u64, settled: usize, networks: u64) -> u64 {
    shown.max((settled as u64).min(networks.saturating_sub(1)))
}

/// What is done before a signal ends the process.
fn last_words(bar: ProgressBar, console: Console) -> impl FnOnce() + Send + 'static {
    move || {
        if !bar.is_finished() {
            let settled = bar.position() as usize;
            bar.finish_and_clear();
            console.note(format_args!("interrupted with {} settled", counted(settled, "network")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_runs_forward_and_is_full_at_the_end_only() {
        assert_eq!(position(0, 13, 21), 13);
        assert_eq!(position(13, 11, 21), 13);
        assert_eq!(position(13, 21, 21), 20);
        assert_eq!(position(0, 0, 0), 0);
    }
}
