//! What is said of a run that ended early: how far it came, where its answers are, and how to go on.

use std::path::{Path, PathBuf};

use super::output_flags::{OutputFlags, Place};
use super::resume_command::resume_command;
use crate::cli::hint::quoted;
use crate::cli::quantities::counted;
use crate::cli::signals;

impl OutputFlags {
    /// How to go on after a run was stopped, by a `signal` or at its first failure, with `done` answers, which are in `place`.
    pub(super) fn continuation(&self, signal: Option<i32>, done: usize, place: &Place) -> String {
        let stopped = match done {
            0 => format!("{} before the first picture", signals::reason(signal)),
            _ => format!("{} after {}", signals::reason(signal), counted(done, "picture")),
        };
        match (self.resume(), self.file(), place) {
            (Some(file), ..) => format!("{stopped}; the same command adds the others to {}", file.display()),
            (None, Some(file), Place::Kept(kept)) => {
                let add = self.adoption(kept).map(|add| format!("; {add}")).unwrap_or_default();
                format!("{stopped}: they are in {}, {} is as before{add}", kept.display(), file.display())
            }
            (None, Some(file), Place::Nowhere) => format!("{stopped}; {} is as before", file.display()),
            (None, Some(file), Place::Named) if self.format().is_resumable() => {
                format!("{stopped}; to add the others: {}", resume_command(file))
            }
            _ => stopped,
        }
    }

    /// What to say, and which file is of no use, if the process ends at once while `unfinished` is written.
    pub(super) fn sudden_end(&self, unfinished: &Path) -> (String, Option<PathBuf>) {
        if !self.format().is_readable_unfinished {
            return ("ended at once: nothing was written".to_owned(), Some(unfinished.to_owned()));
        }
        let what = if self.is_paths() { "paths" } else { "answers" };
        let add = self.adoption(unfinished).map(|add| format!("; {add}")).unwrap_or_default();
        (format!("ended at once: the {what} so far are in {}{add}", unfinished.display()), None)
    }

    /// How the answers in `kept` become those of the output, if that can be resumed.
    fn adoption(&self, kept: &Path) -> Option<String> {
        let file = self.file().filter(|_| self.format().is_resumable())?;
        Some(format!("to add the others: mv {} {} && {}", quoted(kept), quoted(file), resume_command(file)))
    }
}
