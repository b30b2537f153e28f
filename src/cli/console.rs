//! Messages for people: stderr, colour, verbosity. stdout is for data.

use std::env;
use std::ffi::OsString;
use std::fmt::{self, Display};
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use anstyle::{AnsiColor, Style};
use clap::ValueEnum;
use clap::builder::Styles;

use super::terminal;
use crate::terminal_text::{ascii, escape_controls, hang};
use crate::waiting::for_reader;

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Colour {
    /// Only on a terminal.
    #[default]
    Auto,
    /// Everywhere, in pipes too; but only text on stdout, never JSON, CSV or a file of --output
    Always,
    /// Never.
    Never,
}

impl Colour {
    fn on(self, terminal: bool) -> bool {
        self.decide(terminal && !terminal::is_dumb(), |name| env::var_os(name))
    }

    /// In order: the flag, NO_COLOR (no-color.org), CLICOLOR_FORCE and CLICOLOR (bixense.com/clicolors), then whether it is a
    /// terminal that may have colours.
    fn decide(self, terminal: bool, variable: impl Fn(&str) -> Option<OsString>) -> bool {
        let set = |name| variable(name).filter(|value| !value.is_empty());
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto if set("NO_COLOR").is_some() => false,
            Self::Auto if set("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
            Self::Auto => terminal && set("CLICOLOR").is_none_or(|value| value != "0"),
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

/// The colours of help and usage errors: clap's, but for its yellow, which cannot be read on white.
pub(super) const STYLES: Styles = Styles::styled().invalid(AnsiColor::Red.on_default());

const NAME: Style = AnsiColor::Red.on_default().bold();
const DIM: Style = Style::new().dimmed();

/// Spaces before the lines of a note after its first.
const NOTE_INDENT: usize = 2;

/// Which messages are printed, and how.
#[derive(Clone, Debug)]
pub(super) struct Console {
    verbosity: Verbosity,
    colour: Colour,
    progress: bool,
    is_ascii: bool,
}

/// How much is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Verbosity {
    /// Answers and errors.
    Quiet,
    /// Explanations too.
    Normal,
    /// Details of what runs, too.
    Verbose,
}

impl Console {
    pub(super) fn new(quiet: bool, colour: Colour, no_progress: bool) -> Self {
        let is_terminal = io::stderr().is_terminal();
        let verbosity = if quiet { Verbosity::Quiet } else { Verbosity::Normal };
        let progress = !quiet && !no_progress && is_terminal && !terminal::is_dumb();
        Self { verbosity, colour, progress, is_ascii: is_terminal && terminal::is_ascii() }
    }

    /// The same with details, if `verbose`.
    pub(super) fn with_details(self, verbose: bool) -> Self {
        if verbose { Self { verbosity: Verbosity::Verbose, ..self } } else { self }
    }

    /// Whether a progress bar may be drawn.
    pub(super) fn shows_progress(&self) -> bool {
        self.progress
    }

    /// Whether details are printed.
    pub(super) fn is_verbose(&self) -> bool {
        self.verbosity == Verbosity::Verbose
    }

    /// Whether messages are in ASCII: a terminal in another encoding than UTF-8 would garble the rest.
    pub(super) fn is_ascii(&self) -> bool {
        self.is_ascii
    }

    /// Whether answers are in colour, on a `terminal` or elsewhere.
    pub(super) fn colours_answers(&self, terminal: bool) -> bool {
        self.colour.on(terminal)
    }

    /// An explanation; `--quiet` leaves it out.
    pub(super) fn note(&self, message: impl Display) {
        if self.verbosity > Verbosity::Quiet {
            print_line(&self.paint(DIM, &self.folded(&message.to_string(), NOTE_INDENT)));
        }
    }

    /// The beginning of a note, on a line that stays open until [`end_note`](Self::end_note). A colon follows the note.
    pub(super) fn begin_note(&self, beginning: &str) {
        if self.verbosity > Verbosity::Quiet {
            print(&self.paint(DIM, &self.begun(beginning)));
        }
    }

    /// The end of a note, after its `beginning`: empty, or from the colon on.
    pub(super) fn end_note(&self, beginning: &str, end: &str) {
        if self.verbosity > Verbosity::Quiet {
            let whole = self.folded(&format!("{beginning}{end}"), NOTE_INDENT);
            // Another beginning if the width of the terminal has changed.
            let rest = whole.strip_prefix(&self.begun(beginning)).unwrap_or(end);
            print_line(&self.paint(DIM, rest));
        }
    }

    /// The beginning of a note as it is printed: there is room for a colon after it.
    fn begun(&self, beginning: &str) -> String {
        let mut begun = self.folded(&format!("{beginning}:"), NOTE_INDENT);
        begun.pop();
        begun
    }

    /// A detail of what runs, for `--verbose`.
    pub(super) fn detail(&self, message: impl Display) {
        if self.is_verbose() {
            self.note(message);
        }
    }

    /// An error: the cause, then what to try.
    pub(super) fn error(&self, message: &str, hint: Option<&str>) {
        let name = "mnet:";
        let whole = self.folded(&format!("{name} {message}"), name.len() + 1);
        print_line(&format!("{}{}", self.paint(NAME, name), whole.strip_prefix(name).unwrap_or_default()));
        if let Some(hint) = hint {
            // On one line, to be copied.
            print_line(&format!("  try: {}", self.safe(hint)));
        }
    }

    /// The error that ended a command.
    pub(super) fn failure(&self, error: &anyhow::Error) {
        let hint = error.downcast_ref::<Failure>().and_then(|failure| failure.hint.as_deref());
        self.error(&format!("{error:#}"), hint);
    }

    /// A message without what the terminal would obey, or could not show.
    fn safe(&self, message: &str) -> String {
        let message = escape_controls(message);
        if self.is_ascii { ascii(&message) } else { message }
    }

    /// The same in lines that fit the terminal; on one line elsewhere.
    fn folded(&self, message: &str, indent: usize) -> String {
        let message = self.safe(message);
        match terminal::stderr_columns() {
            Some(columns) => hang(&message, columns, indent),
            None => message,
        }
    }

    fn paint(&self, style: Style, text: &str) -> String {
        if self.colour.on(io::stderr().is_terminal()) {
            format!("{style}{text}{style:#}")
        } else {
            text.into()
        }
    }
}

fn print_line(text: &str) {
    print(&format!("{text}\n"));
}

fn print(text: &str) {
    // If stderr is closed there is nowhere to report it.
    let _ = for_reader(|| io::stderr().lock().write_all(text.as_bytes()));
}

/// A path as stdout takes it: exact, unless that is a terminal, which would obey some names and garble others.
pub(super) fn path_for_stdout(path: &Path) -> Vec<u8> {
    if io::stdout().is_terminal() {
        terminal::shown(&path.to_string_lossy()).into_bytes()
    } else {
        path.as_os_str().as_encoded_bytes().to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flag_over_environment_over_terminal() {
        let decide = |colour: Colour, terminal, set: &[(&str, &str)]| {
            colour.decide(terminal, |name| {
                set.iter().find(|(other, _)| *other == name).map(|(_, value)| value.into())
            })
        };
        let auto = |terminal, set: &[(&str, &str)]| decide(Colour::Auto, terminal, set);
        assert!(auto(true, &[]) && !auto(false, &[]));
        for value in ["1", "0", "never"] {
            assert!(!auto(true, &[("NO_COLOR", value), ("CLICOLOR_FORCE", "1")]), "{value}");
        }
        assert!(auto(true, &[("NO_COLOR", "")]), "empty is unset");
        assert!(auto(false, &[("CLICOLOR_FORCE", "1")]) && !auto(false, &[("CLICOLOR_FORCE", "0")]));
        assert!(!auto(true, &[("CLICOLOR", "0")]) && !auto(false, &[("CLICOLOR", "1")]));
        assert!(auto(false, &[("CLICOLOR", "0"), ("CLICOLOR_FORCE", "1")]));
        assert!(decide(Colour::Always, false, &[("NO_COLOR", "1")]));
        assert!(!decide(Colour::Never, true, &[("CLICOLOR_FORCE", "1")]));
    }
}
