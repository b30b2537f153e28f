//! Shows downloads: one line with their size before the first byte, then a progress bar on a terminal.

use std::fmt::Write;

use indicatif::{ProgressBar, ProgressState, ProgressStyle};

use super::bar_terminal;
use super::console::Console;
use super::quantities::{counted, size, time};
use super::terminal;
use crate::hub::Event;

/// Shows the events of a download.
pub(super) struct Progress<'a> {
    console: &'a Console,
    bar: Option<ProgressBar>,
    /// The line that names the hub, while it waits for the size.
    open_line: Option<String>,
    was_used: bool,
}

/// Columns from which a line has room for a bar beside its numbers.
const ROOM_FOR_BAR: usize = 60;

/// Columns of a file's name.
const NAME: usize = 20;

impl<'a> Progress<'a> {
    pub(super) fn new(console: &'a Console) -> Self {
        Self { console, bar: None, open_line: None, was_used: false }
    }

    /// Whether the hub was asked for anything.
    pub(super) fn was_used(&self) -> bool {
        self.was_used
    }

    /// What to do before a signal ends the process, if a bar is drawn: it goes, and a line says how to go on.
    pub(super) fn last_words(&self) -> Option<impl FnOnce() + Send + 'static> {
        let (bar, console) = (self.bar.clone()?, self.console.clone());
        Some(move || {
            if !bar.is_finished() {
                // Before it goes: then it is at its end.
                let done = of(bar.position(), bar.length());
                bar.finish_and_clear();
                console.note(format_args!("interrupted after {done}; the same command resumes the download"));
            }
        })
    }

    pub(super) fn show(&mut self, event: &Event) {
        match event {
            Event::Contacting { repository, host } => {
                self.end_line("");
                let line = format!("fetching {repository} from {host}");
                self.console.begin_note(&line);
                (self.open_line, self.was_used) = (Some(line), true);
            }
            Event::Downloading { files, bytes } => {
                let size = bytes.map_or_else(|| "size unknown".to_owned(), size);
                self.end_line(&format!(": {}, {size}", counted(*files, "file")));
                if self.console.shows_progress() {
                    self.bar = Some(bar(*bytes, self.console.is_ascii()));
                }
            }
            Event::Waiting { file } => {
                self.note(&format!("another process is downloading {file}; waiting for it"));
            }
            Event::Unchecked { file, host, tag } => {
                self.note(&format!(
                    "{file} has the right length; its hash is not known: {host} tags it {tag:?}"
                ));
            }
            Event::Retrying { reason, wait } => {
                self.note(&format!("{reason}; trying again in {:.1} s", wait.as_secs_f32()));
            }
            Event::Progress { file, received } => {
                if let Some(bar) = &self.bar {
                    bar.set_message(shortened(file));
                    bar.set_position(*received);
                }
            }
            Event::Done => self.end(),
        }
    }

    fn note(&mut self, message: &str) {
        self.end_line("");
        match &self.bar {
            Some(bar) => bar.suspend(|| self.console.note(message)),
            None => self.console.note(message),
        }
    }

    fn end_line(&mut self, end: &str) {
        if let Some(line) = self.open_line.take() {
            self.console.end_note(&line, end);
        }
    }

    fn end(&mut self) {
        self.end_line("");
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

/// An error ends a download without an event.
impl Drop for Progress<'_> {
    fn drop(&mut self) {
        self.end();
    }
}

/// A bar over this many bytes, if they are known.
fn bar(bytes: Option<u64>, is_ascii: bool) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(bytes, bar_terminal::target());
    let has_room = bytes.is_some() && terminal::columns() >= ROOM_FOR_BAR;
    let template = if has_room { "{msg} {wide_bar} {numbers}" } else { "{numbers}" };
    let numbers = |state: &ProgressState, line: &mut dyn Write| {
        let _ = line.write_str(&numbers(state.pos(), state.len(), state.per_sec()));
    };
    bar.with_style(style(template, is_ascii).with_key("numbers", numbers))
}

/// The style of a bar with this template, which must be one.
pub(super) fn style(template: &str, is_ascii: bool) -> ProgressStyle {
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    if is_ascii { style.progress_chars("##.") } else { style }
}

/// `4.1 MB of 14.2 MB, 3.1 MB/s, 3 s left`
fn numbers(done: u64, all: Option<u64>, per_second: f64) -> String {
    let mut numbers = of(done, all);
    if done > 0 && per_second >= 1.0 {
        numbers.extend([", ", &size(per_second as u64), "/s"]);
        numbers.extend(all.and_then(|all| left(done, all, per_second)));
    }
    numbers
}

/// `4.1 MB of 14.2 MB`
fn of(done: u64, all: Option<u64>) -> String {
    let all = all.map(|all| format!(" of {}", size(all))).unwrap_or_default();
    size(done) + &all
}

/// `, 3 s left`, unless all is done, or the time would be absurd.
pub(super) fn left(done: u64, all: u64, per_second: f64) -> Option<String> {
    let seconds = all.saturating_sub(done) as f64 / per_second;
    let is_said = done < all && seconds < LONGEST_SAID;
    is_said.then(|| format!(", {} left", time(std::time::Duration::from_secs_f64(seconds))))
}

/// A time left that is longer says only that the beginning was slow: a year, in seconds.
const LONGEST_SAID: f64 = 365.0 * 24.0 * 3600.0;

/// The name of a file in a column of its own.
fn shortened(file: &str) -> String {
    let name = file.rsplit('/').next().unwrap_or(file);
    let name: String = name.chars().take(NAME).collect();
    format!("{name:NAME$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_a_download_are_rounded_and_named() {
        assert_eq!(numbers(0, Some(14_214_000), 0.0), "0 bytes of 14.2 MB");
        assert_eq!(numbers(4_100_000, Some(14_214_000), 3.1e6), "4.1 MB of 14.2 MB, 3.1 MB/s, 3 s left");
        assert_eq!(numbers(14_214_000, Some(14_214_000), 3.1e6), "14.2 MB of 14.2 MB, 3.1 MB/s");
        assert_eq!(numbers(4_100_000, None, 812_000.4), "4.1 MB, 812 kB/s");
    }

    #[test]
    fn no_absurd_time_is_said() {
        assert_eq!(left(1, 1000, 1e-9), None);
        assert_eq!(left(1, 1000, 0.0), None);
        assert_eq!(left(1000, 1000, 5.0), None);
        assert_eq!(left(500, 1000, 50.0).as_deref(), Some(", 10 s left"));
    }

    #[test]
    fn names_take_a_column() {
        assert_eq!(shortened("onnx/model.safetensors"), "model.safetensors   ");
        assert_eq!(shortened(&"é".repeat(30)).chars().count(), NAME);
    }
}
