//! Shows downloads: a line before the first byte, then a progress bar on a terminal.

use indicatif::{ProgressBar, ProgressStyle};

use super::console::Console;
use crate::hub::Event;

/// Shows the events of a download.
pub(super) struct Progress<'a> {
    console: &'a Console,
    bar: Option<ProgressBar>,
}

const BAR: &str = "{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}";
const COUNTER: &str = "{msg} {bytes} {bytes_per_sec}";

impl<'a> Progress<'a> {
    pub(super) fn new(console: &'a Console) -> Self {
        Self { console, bar: None }
    }

    pub(super) fn show(&mut self, event: &Event) {
        match event {
            Event::Contacting { repository, host } => {
                self.console.note(format_args!("fetching {repository} from {host}"));
            }
            Event::Downloading { bytes, .. } if self.console.shows_progress() => {
                let (bar, template) = match bytes {
                    Some(bytes) => (ProgressBar::new(*bytes), BAR),
                    None => (ProgressBar::no_length(), COUNTER),
                };
                self.bar = Some(match ProgressStyle::with_template(template) {
                    Ok(style) => bar.with_style(style),
                    Err(_) => bar,
                });
            }
            Event::Downloading { .. } => {}
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
                    bar.set_message((*file).to_owned());
                    bar.set_position(*received);
                }
            }
            Event::Done => {
                if let Some(bar) = self.bar.take() {
                    bar.finish_and_clear();
                }
            }
        }
    }

    fn note(&self, message: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| self.console.note(message)),
            None => self.console.note(message),
        }
    }
}
