//! How a run ended, as an exit status.

use std::io;
use std::process::ExitCode;

use signal_hook::consts::SIGINT;

/// Exit statuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Every input was labelled.
    Success,
    /// Some inputs failed; the others are written.
    SomeFailed,
    /// Nothing was done: wrong usage, no such model or device.
    CouldNotRun,
    /// A signal of this number: inputs already begun are written, the rest are not.
    Interrupted(i32),
}

/// 128 plus the number of the signal, as shells report it.
pub(super) fn of_signal(signal: i32) -> u8 {
    128 + signal as u8
}

impl Exit {
    /// After a run over inputs, of which some may have failed. Each of these has its error, so that the run as a whole may
    /// count as done.
    pub(super) fn of_inputs(has_failed: bool, is_forgiving: bool) -> Self {
        if has_failed && !is_forgiving { Self::SomeFailed } else { Self::Success }
    }

    /// The exit status. Ctrl-C does not come back from here: the process dies of it.
    pub fn end(self) -> ExitCode {
        match self {
            Self::Success => ExitCode::SUCCESS,
            Self::SomeFailed => ExitCode::from(1),
            Self::CouldNotRun => ExitCode::from(2),
            Self::Interrupted(signal) => {
                die_of_interrupt(signal);
                ExitCode::from(of_signal(signal))
            }
        }
    }
}

/// Ends the process at once, as a signal does.
#[cfg(unix)]
pub(super) fn end_by(signal: i32) -> ! {
    die_of_interrupt(signal);
    std::process::exit(of_signal(signal).into())
}

/// Dies of Ctrl-C itself, so that a shell sees it and ends its loop or script too. An exit status would not do that.
fn die_of_interrupt(signal: i32) {
    if signal == SIGINT {
        // If it fails, the exit status says the same.
        let _ = signal_hook::low_level::emulate_default_handler(signal);
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
