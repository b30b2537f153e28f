//! The progress bar of a search: `31/62 networks, timing mobilenetv3_large_100.ra_in1k`.

use indicatif::ProgressBar;

use crate::cli::bar_terminal;
use crate::cli::console::Console;
use crate::cli::progress::style;
use crate::cli::quantities::counted;
use crate::cli::session::Session;
use crate::cli::terminal;

/// Shows how many networks are settled, and which one is timed.
pub(super) struct SearchBar(Option<ProgressBar>);

/// Columns from which a line has room for a bar beside its words.
const ROOM_FOR_BAR: usize = 100;

impl SearchBar {
    /// Draws a bar, if one may be drawn. A signal takes it away.
    pub(super) fn new(session: &Session, networks: usize) -> Self {
        let console = session.console();
        if !console.shows_progress() {
            return Self(None);
        }
        let bar = ProgressBar::with_draw_target(Some(networks as u64), bar_terminal::target());
        let template = if terminal::columns() >= ROOM_FOR_BAR {
            "{wide_bar} {pos}/{len} networks, {msg}"
        } else {
            "{pos}/{len} networks, {msg}"
        };
        bar.set_style(style(template, console.is_ascii()));
        if let Ok(stop) = session.stop() {
            stop.before_sudden_end(last_words(bar.clone(), console.clone()));
        }
        Self(Some(bar))
    }

    /// So many networks are timed or need not be, and this one is next.
    pub(super) fn show(&self, settled: usize, next: &str) {
        if let Some(bar) = &self.0 {
            bar.set_position(settled as u64);
            bar.set_message(format!("timing {next}"));
            bar.tick();
        }
    }
}

/// Nothing of the bar stays on the terminal.
impl Drop for SearchBar {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
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
