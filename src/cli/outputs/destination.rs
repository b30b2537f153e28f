//! The destination of a run's records, as its flags name it.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::beside::beside;
use super::descriptor::Descriptor;
use super::kind::Kind;
use super::output::{Output, is_terminal};
use super::overwrite;
use super::resume_command::resume_command;
use crate::cli::console::{Console, Failure};
use crate::cli::hint::quoted;
use crate::cli::terminal;
use crate::record::RunInfo;
use crate::sink::{CompletedInputs, Constructor, Format, LabelStyle, Sink, SinkOptions};

/// Where the answers are at the end of a run.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::cli) enum Place {
    /// In a file of the name that was asked for, or on stdout.
    Named,
    /// In a file of another name, because the file to replace has more answers.
    Kept(PathBuf),
    /// Nowhere: the run has no answers, and the file to replace stays as it was.
    Nowhere,
}

/// The destination of a run's records, and their format.
#[derive(Debug)]
pub(in crate::cli) struct Destination {
    pub kind: &'static Kind,
    pub format: &'static Format,
    /// Whether a flag chooses the format, rather than the ending of a file.
    pub names_format: bool,
    /// The value of `--output`.
    pub output: Option<PathBuf>,
    /// The value of `--resume`.
    pub resume: Option<PathBuf>,
    /// How text output shows a class.
    pub label: LabelStyle,
    /// Whether only paths are written.
    pub is_paths: bool,
}

/// The file that `--output` names, unless it is stdout under another name.
pub(in crate::cli) fn file(output: Option<&Path>) -> Option<&Path> {
    let is_stdout = |path: &Path| path.as_os_str() == "-" || Descriptor::of(path) == Some(Descriptor::STDOUT);
    output.filter(|path| !is_stdout(path))
}

/// The format that the file ending of `--output` or `--resume` chooses.
pub(in crate::cli) fn file_format(
    kind: &Kind,
    output: Option<&Path>,
    resume: Option<&Path>,
) -> Option<&'static Format> {
    file(output).or(resume).and_then(|path| kind.of_ending(path))
}

impl Destination {
    /// The file that `--output` names, unless it is stdout under another name.
    pub(in crate::cli) fn file(&self) -> Option<&Path> {
        file(self.output.as_deref())
    }

    /// The file to resume.
    pub(in crate::cli) fn resume(&self) -> Option<&Path> {
        self.resume.as_deref()
    }

    /// Refuses a format that does not suit the destination, and an output that would replace anything but records of this kind, or
    /// one of the files in `read`, each with a description, that the run reads.
    pub(in crate::cli) fn check(&self, read: &[(&'static str, PathBuf)]) -> Result<()> {
        if let Some(file) = self.resume().or(self.file()) {
            overwrite::check_is_not_read(file, read, overwrite::Replacement::by(self.kind))?;
        }
        if let Some(file) = self.file().filter(|file| Descriptor::of(file).is_none()) {
            overwrite::check(file, self.kind, self.is_paths)?;
        }
        let format = self.format;
        if let Some(path) = self.resume.as_ref().filter(|_| !format.is_resumable()) {
            let others = self.kind.titles("and", Format::is_resumable);
            let message =
                format!("{}: {} output cannot be resumed; {others} can", path.display(), format.title);
            // The ending chose the format unless a flag did, or the ending is unknown.
            let is_chosen_by_ending = !self.names_format && format.name != self.kind.formats[0].name;
            let hint = is_chosen_by_ending.then(|| self.resume_flag(path));
            return Err(Failure::error(message, hint.or_else(|| Some(self.kind.resumable.to_owned()))));
        }
        if format.has_files_beside() {
            let Some(file) = self.resume().or(self.file()) else {
                let message =
                    format!("{} output needs files of its own, so it cannot go to stdout", format.title);
                return Err(Failure::error(
                    message,
                    Some(format!("-o {}.{}", self.kind.stem, format.endings[0])),
                ));
            };
            overwrite::check_beside(file, self.kind)?;
        }
        if format.is_binary && self.is_on_terminal() {
            let message = format!("{} output cannot be shown on a terminal", format.title);
            let hint = format.endings.first().map(|ending| format!("-o {}.{ending}", self.kind.stem));
            return Err(Failure::error(message, hint));
        }
        Ok(())
    }

    /// The hint after writing failed. The incomplete file may be `kept` under another name.
    pub(super) fn hint(&self, kept: Option<&Path>) -> Option<String> {
        let (format, file) = (self.format, self.file()?);
        let instead = || format!("{} instead of --output", self.resume_flag(file));
        let Some(kept) = kept else {
            return (!format.is_readable_unfinished).then(|| instead() + ", which keeps what was written");
        };
        Some(if format.is_resumable() {
            format!("{} && {}", self.moving(kept, file), resume_command(file))
        } else if self.is_paths {
            format!("a disk with more space; the paths so far are in {}", kept.display())
        } else {
            format!("{}; the {} so far are in {}", instead(), self.kind.noun, kept.display())
        })
    }

    /// The command that renames `kept` to `file`, the name that was asked for.
    pub(super) fn moving(&self, kept: &Path, file: &Path) -> String {
        let one = |from: &Path, to: &Path| format!("mv {} {}", quoted(from), quoted(to));
        let all = if self.format.has_files_beside() { 2 } else { 0 };
        let others = beside(kept).into_iter().zip(beside(file)).take(all).map(|(from, to)| one(&from, &to));
        std::iter::once(one(kept, file)).chain(others).collect::<Vec<_>>().join(" && ")
    }

    /// Whether answers go to a terminal.
    pub(in crate::cli) fn is_on_terminal(&self) -> bool {
        let to_terminal = || self.file().map_or_else(|| io::stdout().is_terminal(), is_terminal);
        self.resume.is_none() && to_terminal()
    }

    /// Whether answers go neither to a terminal nor into a pipe, whose reader may print to the terminal.
    pub(in crate::cli) fn leaves_terminal_alone(&self) -> bool {
        let is_piped = || self.file().map_or_else(terminal::stdout_is_piped, terminal::leads_to_pipe);
        self.resume.is_some() || !self.is_on_terminal() && !is_piped()
    }

    /// Opens the output of a run that does not resume a file.
    pub(in crate::cli) fn open(&self) -> Result<Output> {
        self.file().map_or_else(|| Ok(Output::stdout()), Output::create)
    }

    /// The sink for the answers of `run`, which are appended to the `completed` ones.
    ///
    /// # Errors
    /// If this build does not support the format.
    pub(super) fn sink(
        &self,
        run: RunInfo,
        completed: &CompletedInputs,
        console: &Console,
    ) -> Result<Box<dyn Sink>> {
        let new = match self.format.constructor {
            Constructor::BuiltIn(new) => new,
            Constructor::WithFiles(_) => unreachable!("its files are opened with it"),
            Constructor::NeedsFeature(feature) => {
                let message = format!("this build has no {} support", self.format.title);
                let hint = format!("cargo install --path . --features {feature}, or --format jsonl");
                return Err(Failure::error(message, Some(hint)));
            }
        };
        Ok(new(&self.sink_options(run, completed, console)))
    }

    /// The options of a sink.
    pub(super) fn sink_options(
        &self,
        run: RunInfo,
        completed: &CompletedInputs,
        console: &Console,
    ) -> SinkOptions {
        let on_terminal = self.is_on_terminal();
        SinkOptions {
            run,
            label: self.label,
            on_terminal,
            columns: terminal::columns(),
            is_ascii: terminal::is_ascii(),
            // Files are read by other programs, and CLICOLOR_FORCE is not meant for these.
            colour: (on_terminal || self.file().is_none()) && console.colours_answers(on_terminal),
            appends: completed.end() > 0,
            lacks: completed.lacks(),
            earlier: completed.earlier().clone(),
        }
    }

    /// The `--resume` flag for a file named like `path`, with an ending that can be resumed.
    fn resume_flag(&self, path: &Path) -> String {
        let is_resumable = self.kind.of_ending(path).is_some_and(Format::is_resumable);
        let ending = path.extension().and_then(|ending| ending.to_str());
        let ending = ending.filter(|_| is_resumable).unwrap_or("jsonl");
        format!("--resume {}", quoted(path.with_extension(ending)))
    }
}
