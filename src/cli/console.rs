//! Messages for people: stderr, colour, verbosity. stdout is for data.

use std::env;
use std::fmt::{self, Display};
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use anstyle::{AnsiColor, Style};
use clap::ValueEnum;

use crate::terminal_text::escape_controls;
use crate::waiting::for_reader;

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Colour {
    /// Only on a terminal.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Colour {
    fn on(self, terminal: bool) -> bool {
        self.decide(terminal, |name| {
            env::var_os(name).filter(|value| !value.is_empty()).is_some_and(|v| v != "0")
        }) && !(self == Self::Auto && env::var_os("TERM").is_some_and(|term| term == "dumb"))
    }

    /// In order: the flag, NO_COLOR (no-color.org), CLICOLOR_FORCE (bixense.com/clicolors), then whether it
    /// is a terminal.
    fn decide(self, terminal: bool, is_set: impl Fn(&str) -> bool) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => !is_set("NO_COLOR") && (terminal || is_set("CLICOLOR_FORCE")),
        }
    }
}

/// An error that ends a command, with what to try next.
#[derive(Debug)]
pub(super) struct Failure {
    message: String,
    hint: Option<String>,
}

impl Failure {
    pub(super) fn error(message: impl Display, hint: Option<String>) -> anyhow::Error {
        anyhow::Error::new(Self { message: message.to_string(), hint })
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

const NAME: Style = AnsiColor::Red.on_default().bold();
const DIM: Style = Style::new().dimmed();

/// Which messages are printed, and how.
#[derive(Clone, Debug)]
pub(super) struct Console {
    quiet: bool,
    colour: Colour,
    progress: bool,
}

impl Console {
    pub(super) fn new(quiet: bool, colour: Colour, no_progress: bool) -> Self {
        let progress = !quiet && !no_progress && io::stderr().is_terminal();
        Self { quiet, colour, progress }
    }

    /// Whether a progress bar may be drawn.
    pub(super) fn shows_progress(&self) -> bool {
        self.progress
    }

    /// Whether stdout takes colour.
    pub(super) fn colours_stdout(&self) -> bool {
        self.colour.on(io::stdout().is_terminal())
    }

    /// An explanation; `--quiet` leaves it out.
    pub(super) fn note(&self, message: impl Display) {
        if !self.quiet {
            line(&self.paint(DIM, &escape_controls(&message.to_string())));
        }
    }

    /// An error: the cause, then what to try.
    pub(super) fn error(&self, message: &str, hint: Option<&str>) {
        line(&format!("{} {}", self.paint(NAME, "mnet:"), escape_controls(message)));
        if let Some(hint) = hint {
            line(&format!("  try: {}", escape_controls(hint)));
        }
    }

    /// The error that ended a command.
    pub(super) fn failure(&self, error: &anyhow::Error) {
        let hint = error.downcast_ref::<Failure>().and_then(|failure| failure.hint.as_deref());
        self.error(&format!("{error:#}"), hint);
    }

    fn paint(&self, style: Style, text: &str) -> String {
        if self.colour.on(io::stderr().is_terminal()) {
            format!("{style}{text}{style:#}")
        } else {
            text.into()
        }
    }
}

/// A path as stdout takes it: exact, unless that is a terminal, which would obey some names.
pub(super) fn path_for_stdout(path: &Path) -> Vec<u8> {
    if io::stdout().is_terminal() {
        escape_controls(&path.to_string_lossy()).into_bytes()
    } else {
        path.as_os_str().as_encoded_bytes().to_vec()
    }
}

/// Prints a line. What a name from elsewhere may have brought along was escaped before.
fn line(text: &str) {
    // If stderr is closed there is nowhere to report it.
    let _ = for_reader(|| writeln!(io::stderr().lock(), "{text}"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flag_over_environment_over_terminal() {
        let none = |_: &str| false;
        let no_color = |name: &str| name == "NO_COLOR";
        let force = |name: &str| name == "CLICOLOR_FORCE";
        assert!(Colour::Auto.decide(true, none));
        assert!(!Colour::Auto.decide(false, none));
        assert!(!Colour::Auto.decide(true, no_color));
        assert!(Colour::Auto.decide(false, force));
        assert!(Colour::Always.decide(false, no_color));
        assert!(!Colour::Never.decide(true, force));
    }
}
