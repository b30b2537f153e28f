//! What is said of a run that ended early: how far it came, where its answers are, and how to go on.

use std::env;
use std::path::{Path, PathBuf};

use super::destination::{Destination, Place};
use super::resume_command::resume_command;
use crate::cli::quantities::counted;
use crate::cli::signals;

impl Destination {
    /// How to go on after a run was stopped, by a `signal` or at its first failure, with `done` answers, which are in `place`.
    pub(in crate::cli) fn continuation(&self, signal: Option<i32>, done: usize, place: &Place) -> String {
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
            (None, Some(file), Place::Named) if self.format.is_resumable() => {
                format!("{stopped}; to add the others: {}", resume_command(file))
            }
            (None, Some(file), Place::Named) if !self.is_paths => {
                format!(
                    "{stopped}; {}",
                    self.with_another_file(&format!("{} cannot be added to", file.display()))
                )
            }
            (None, None, _) => match redirected(Path::new("/dev/stdout")) {
                Some(file) if self.format.is_resumable() => {
                    format!("{stopped}; to add the others: {}", resume_command(&file))
                }
                Some(_) if !self.is_paths => {
                    format!("{stopped}; {}", self.with_another_file("text cannot be added to"))
                }
                _ => stopped,
            },
            _ => stopped,
        }
    }

    /// The command for a run that a later run can continue, as the present file cannot be continued.
    fn with_another_file(&self, reason: &str) -> String {
        let file = self.file().unwrap_or(Path::new(self.kind.stem)).with_extension("jsonl");
        format!("{reason}; a file of JSON Lines can: {}", resume_command(&file))
    }

    /// What to say, and which file is of no use, if the process ends at once while `unfinished` is written.
    pub(in crate::cli) fn sudden_end(&self, unfinished: &Path) -> (String, Option<PathBuf>) {
        if !self.format.is_readable_unfinished {
            return ("ended at once: nothing was written".to_owned(), Some(unfinished.to_owned()));
        }
        let what = if self.is_paths { "paths" } else { self.kind.noun };
        let add = self.adoption(unfinished).map(|add| format!("; {add}")).unwrap_or_default();
        (format!("ended at once: the {what} so far are in {}{add}", unfinished.display()), None)
    }

    /// How the answers in `kept` become those of the output, if that can be resumed.
    fn adoption(&self, kept: &Path) -> Option<String> {
        let file = self.file().filter(|_| self.format.is_resumable())?;
        Some(format!("to add the others: {} && {}", self.moving(kept, file), resume_command(file)))
    }
}

/// The file that the shell sends stdout to, where the system names it.
fn redirected(stdout: &Path) -> Option<PathBuf> {
    let file = stdout.canonicalize().ok().filter(|file| file.is_file())?;
    let here = env::current_dir().ok().and_then(|here| here.canonicalize().ok());
    let near = here.and_then(|here| file.strip_prefix(here).ok().map(Path::to_owned));
    Some(near.unwrap_or(file))
}
