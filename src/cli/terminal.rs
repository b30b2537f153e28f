//! What the terminal is and can show.

use std::env;
use std::ffi::OsString;
use std::fs::{self, FileType};
use std::io::{self, IsTerminal};
use std::path::Path;

use console::Term;

use crate::terminal_text::{ascii, escape_controls};

/// The width of a terminal that does not say it.
const USUAL_COLUMNS: usize = 80;

/// Columns of the terminal.
pub(super) fn columns() -> usize {
    stdout_columns().or_else(stderr_columns).unwrap_or(USUAL_COLUMNS)
}

/// Columns of the terminal that answers go to; `None` if they go elsewhere.
pub(super) fn stdout_columns() -> Option<usize> {
    columns_of(&Term::stdout())
}

/// Columns of the terminal that messages go to; `None` if they go elsewhere.
pub(super) fn stderr_columns() -> Option<usize> {
    columns_of(&Term::stderr())
}

fn columns_of(terminal: &Term) -> Option<usize> {
    terminal.size_checked().map(|(_, columns)| columns.into()).filter(|columns| *columns > 0)
}

/// Whether it neither moves its cursor nor has colours, or is not known to.
pub(super) fn is_dumb() -> bool {
    match env::var_os("TERM").filter(|term| !term.is_empty()) {
        Some(term) => term == "dumb",
        None => !cfg!(windows),
    }
}

/// Whether it shows ASCII only, by the locale.
pub(super) fn is_ascii() -> bool {
    !is_utf8(|name| env::var_os(name))
}

/// `text` as stdout takes it: exact, unless that is a terminal, which would obey some characters and garble others.
pub(super) fn shown(text: &str) -> String {
    match io::stdout().is_terminal() {
        true if is_ascii() => ascii(&escape_controls(text)),
        true => escape_controls(text),
        false => text.to_owned(),
    }
}

/// Whether the locale has UTF-8. The first of three variables that is set counts. If no variable is set, only Windows has it.
fn is_utf8(variable: impl Fn(&str) -> Option<OsString>) -> bool {
    let set = |name| variable(name).filter(|value| !value.is_empty());
    let Some(locale) = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set) else {
        return cfg!(windows);
    };
    // `language_COUNTRY.encoding@variant`; on macOS also `UTF-8` alone.
    let locale = locale.to_string_lossy().to_ascii_lowercase();
    let locale = locale.split('@').next().unwrap_or_default();
    locale.ends_with("utf-8") || locale.ends_with("utf8")
}

/// Whether stdout goes to another program, which may well share the terminal with stderr.
pub(super) fn stdout_is_piped() -> bool {
    stdout_type().is_some_and(is_pipe)
}

/// The same for a file that is written to.
pub(super) fn leads_to_pipe(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| is_pipe(metadata.file_type()))
}

/// Whether stdin is a terminal, where someone has to type what is read.
pub(super) fn stdin_is_typed() -> bool {
    io::stdin().is_terminal()
}

#[cfg(unix)]
fn stdout_type() -> Option<FileType> {
    use std::os::fd::AsFd;
    let stdout = io::stdout().as_fd().try_clone_to_owned().ok()?;
    Some(fs::File::from(stdout).metadata().ok()?.file_type())
}

#[cfg(unix)]
fn is_pipe(file: FileType) -> bool {
    use std::os::unix::fs::FileTypeExt;
    file.is_fifo() || file.is_socket()
}

#[cfg(not(unix))]
fn stdout_type() -> Option<FileType> {
    None
}

#[cfg(not(unix))]
fn is_pipe(_: FileType) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether this environment (`NAME=VALUE`, separated by spaces) has UTF-8.
    fn has_utf8(environment: &str) -> bool {
        let variables: Vec<_> = environment.split(' ').filter_map(|word| word.split_once('=')).collect();
        is_utf8(|name| variables.iter().find(|(other, _)| *other == name).map(|(_, value)| value.into()))
    }

    #[test]
    fn the_locale_says_what_can_be_shown() {
        for utf8 in [
            "LANG=en_US.UTF-8",
            "LANG=C.utf8",
            "LC_CTYPE=UTF-8",
            "LANG=ca_ES.UTF-8@valencia",
            "LC_ALL=de_DE.UTF-8 LANG=C",
            "LC_ALL= LC_CTYPE=C.UTF-8 LANG=POSIX",
        ] {
            assert!(has_utf8(utf8), "{utf8}");
        }
        for other in [
            "LANG=C",
            "LANG=POSIX",
            "LANG=en_US.ISO-8859-1",
            "LANG=en_US",
            "LANG=de_DE@euro",
            "LC_ALL=C LANG=en_US.UTF-8",
            "LC_CTYPE=C LANG=en_US.UTF-8",
        ] {
            assert!(!has_utf8(other), "{other}");
        }
        for none in ["", "LANG=", "LC_ALL= LANG="] {
            assert_eq!(has_utf8(none), cfg!(windows), "{none}");
        }
    }
}
