//! How a run ended, as an exit status.

use std::io;
use std::process::ExitCode;

/// Exit statuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Every input was labelled.
    Success,
    /// Some inputs failed; the others are written.
    SomeFailed,
    /// Nothing was done: wrong usage, no such model or device.
    CouldNotRun,
    /// Ctrl-C: inputs already begun are written, the rest are not.
    Interrupted,
}

/// 128 plus the number of the signal, as shells report it.
pub(super) const INTERRUPTED: u8 = 130;

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Success => ExitCode::SUCCESS,
            Exit::SomeFailed => ExitCode::from(1),
            Exit::CouldNotRun => ExitCode::from(2),
            Exit::Interrupted => ExitCode::from(INTERRUPTED),
        }
    }
}

/// Whether the reader of the output went away. That is not an error: it has what it wanted.
pub(super) fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(is_closed)
}

/// The same for an I/O error.
pub(super) fn is_closed(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::BrokenPipe
}
