//! Where answers go and what they look like.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::ValueEnum;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use super::descriptor::Descriptor;
use super::output::{Output, is_terminal};
use super::overwrite;
use super::resume_command::resume_command;
use crate::cli::console::{Console, Failure};
use crate::cli::hint::quoted;
use crate::cli::terminal;
use crate::record::RunInfo;
use crate::sink::{
    CompletedInputs, Constructor, FORMATS, Format, LabelStyle, PATHS, PATHS_NULL, Sink, SinkOptions,
};
use crate::words;

/// Where the answers of a run are in the end.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Under the name that was asked for.
    Named,
    /// Under another name, because the file that was to be replaced has more.
    Kept(PathBuf),
    /// Nowhere: the run has no answers, and the file that was to be replaced stays as it was.
    Nowhere,
}

/// Where answers go and what they look like.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Output")]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line")]
pub(super) struct OutputFlags {
    /// How to print answers
    ///
    /// By default, the ending of --output or --resume decides; without one it is text.
    #[arg(long, value_parser = format_parser(), overrides_with = "json")]
    format: Option<&'static Format>,
    /// One JSON object per picture, one per line
    ///
    /// Short for --format jsonl.
    #[arg(long, overrides_with = "format")]
    json: bool,
    /// Write to this file; `-` is stdout
    ///
    /// The file appears when it is complete. One that exists is replaced only if it holds answers.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[arg(long, value_name = "FILE", conflicts_with = "output", help = RESUME, long_help = resume_help())]
    resume: Option<PathBuf>,
    /// What text shows for a class
    #[arg(long, value_enum, value_name = "KIND", default_value_t, hide_short_help = true)]
    label: Label,
    #[arg(long, hide_short_help = true, help = "Add all logits of the checkpoint's head", long_help = logits_help())]
    logits: bool,
    /// Print only the paths of pictures with a class left
    ///
    /// That is, with a class that --min-score, --only and --not let pass.
    #[arg(long, conflicts_with_all = ["format", "json", "resume"], hide_short_help = true)]
    paths_only: bool,
    /// The same, each path with a zero byte at its end
    ///
    /// For `xargs -0r`.
    #[arg(long, conflicts_with_all = ["format", "json", "resume"], hide_short_help = true)]
    print0: bool,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Label {
    /// Its name
    #[default]
    Name,
    /// Its WordNet id
    Wnid,
    /// Its index
    Index,
}

/// Parses a word of `--format`.
fn format_parser() -> impl TypedValueParser<Value = &'static Format> {
    let words = FORMATS.iter().map(|format| PossibleValue::new(format.name).help(format.help));
    PossibleValuesParser::new(words).try_map(|word| Format::named(&word).ok_or("no such format"))
}

/// The short help of `--resume`.
const RESUME: &str = "Add to this file the answers that it lacks";

fn resume_help() -> String {
    format!(
        "{RESUME}\n\nThe file ({}) is created if it does not exist. A run that was killed at any moment continues where it \
         stopped.",
        titles("or", Format::is_resumable)
    )
}

fn logits_help() -> String {
    format!(
        "Add all logits of the checkpoint's head\n\nOnly {} have room for them.",
        titles("and", |format| format.carries_logits)
    )
}

/// The titles of some formats: `JSON Lines and CSV`.
fn titles(conjunction: &str, is_listed: impl Fn(&Format) -> bool) -> String {
    words::list(conjunction, FORMATS.iter().filter(|format| is_listed(format)).map(|format| format.title))
}

impl OutputFlags {
    /// The format that is asked for, by a flag or by the ending of the file.
    pub(super) fn format(&self) -> &'static Format {
        if self.print0 {
            return &PATHS_NULL;
        }
        if self.paths_only {
            return &PATHS;
        }
        let by_name = if self.json { Format::named("jsonl") } else { self.format };
        let file = self.file().or(self.resume.as_deref());
        let ending = file.and_then(Path::extension).and_then(|ending| ending.to_str());
        by_name.or_else(|| Format::of_ending(ending?)).unwrap_or(&FORMATS[0])
    }

    /// The file that answers are written to, unless it is stdout by another name.
    pub(super) fn file(&self) -> Option<&Path> {
        let is_stdout =
            |path: &Path| path.as_os_str() == "-" || Descriptor::of(path) == Some(Descriptor::STDOUT);
        self.output.as_deref().filter(|path| !is_stdout(path))
    }

    /// Refuses a format where it cannot go, and an output that would replace anything but answers, or a file that the run
    /// reads (`read`, each with what it is).
    pub(super) fn check(&self, read: &[(&'static str, PathBuf)]) -> Result<()> {
        if let Some(file) = self.resume.as_deref().or(self.file()) {
            overwrite::check_is_not_read(file, read, overwrite::ANSWERS)?;
        }
        if let Some(file) = self.file().filter(|file| Descriptor::of(file).is_none()) {
            overwrite::check(file, self.is_paths())?;
        }
        let format = self.format();
        if let Some(path) = self.resume.as_ref().filter(|_| !format.is_resumable()) {
            let (path, title, others) = (path.display(), format.title, titles("and", Format::is_resumable));
            let message = format!("{path}: {title} output cannot be resumed; {others} can");
            // The ending chose the format unless a flag did, or unless it is not one of ours.
            let is_chosen_by_ending = self.format.is_none() && format.name != FORMATS[0].name;
            let hint = if is_chosen_by_ending { self.resume.as_deref().map(resume_flag) } else { None };
            return Err(Failure::error(message, hint.or_else(|| Some("--json, or --format csv".to_owned()))));
        }
        if format.is_binary && self.is_on_terminal() {
            let message = format!("{} output cannot be shown on a terminal", format.title);
            let hint = format.endings.first().map(|ending| format!("-o labels.{ending}"));
            return Err(Failure::error(message, hint));
        }
        Ok(())
    }

    /// What to try after writing failed. The incomplete file may be `kept` under another name.
    pub(super) fn hint(&self, kept: Option<&Path>) -> Option<String> {
        let (format, file) = (self.format(), self.file()?);
        let instead = || format!("{} instead of --output", resume_flag(file));
        let Some(kept) = kept else {
            return (!format.is_readable_unfinished).then(|| instead() + ", which keeps what was written");
        };
        Some(if format.is_resumable() {
            format!("mv {} {} && {}", quoted(kept), quoted(file), resume_command(file))
        } else if self.is_paths() {
            format!("a disk with more space; the paths so far are in {}", kept.display())
        } else {
            format!("{}; the answers so far are in {}", instead(), kept.display())
        })
    }

    /// What ends a path that is printed alone.
    pub(super) fn path_terminator(&self) -> &'static [u8] {
        if self.print0 { b"\0" } else { b"\n" }
    }

    pub(super) fn logits(&self) -> bool {
        self.logits
    }

    pub(super) fn label(&self) -> LabelStyle {
        self.label.style()
    }

    /// Whether a flag names the format, and not the ending of a file.
    pub(super) fn names_format(&self) -> bool {
        self.json || self.format.is_some() || self.is_paths()
    }

    /// The names of those flags that are given and that matter to answers only.
    pub(super) fn given(&self) -> Vec<&'static str> {
        let flags = [
            ("--format", self.format.is_some()),
            ("--json", self.json),
            ("--output", self.output.is_some()),
            ("--label", self.label() != LabelStyle::Name),
            ("--logits", self.logits),
        ];
        flags.into_iter().filter_map(|(name, is_given)| is_given.then_some(name)).collect()
    }

    /// The file to resume.
    pub(super) fn resume(&self) -> Option<&Path> {
        self.resume.as_deref()
    }

    /// Whether answers go to a terminal.
    pub(super) fn is_on_terminal(&self) -> bool {
        let to_terminal = || self.file().map_or_else(|| io::stdout().is_terminal(), is_terminal);
        self.resume.is_none() && to_terminal()
    }

    /// Whether answers neither go to a terminal nor into a pipe, whose reader may print on it.
    pub(super) fn leaves_terminal_alone(&self) -> bool {
        let is_piped = || self.file().map_or_else(terminal::stdout_is_piped, terminal::leads_to_pipe);
        self.resume.is_some() || !self.is_on_terminal() && !is_piped()
    }

    /// Opens the output of a run that does not resume a file.
    pub(super) fn open(&self) -> Result<Output> {
        self.file().map_or_else(|| Ok(Output::stdout()), Output::create)
    }

    /// The sink for answers of `run`, which are appended to those that are `completed`.
    ///
    /// # Errors
    /// If this build does not have the format.
    pub(super) fn sink(
        &self,
        run: RunInfo,
        completed: &CompletedInputs,
        console: &Console,
    ) -> Result<Box<dyn Sink>> {
        let format = self.format();
        let new = match format.constructor {
            Constructor::BuiltIn(new) => new,
            Constructor::NeedsFeature(feature) => {
                let message = format!("this build has no {} support", format.title);
                let hint = format!("cargo install --path . --features {feature}, or --format jsonl");
                return Err(Failure::error(message, Some(hint)));
            }
        };
        let on_terminal = self.is_on_terminal();
        Ok(new(&SinkOptions {
            run,
            label: self.label(),
            on_terminal,
            columns: terminal::columns(),
            is_ascii: terminal::is_ascii(),
            // A file is for other programs, which CLICOLOR_FORCE does not mean.
            colour: (on_terminal || self.file().is_none()) && console.colours_answers(on_terminal),
            appends: completed.end() > 0,
            lacks: completed.lacks(),
            earlier: completed.earlier().clone(),
        }))
    }

    /// Whether only paths are written.
    pub(super) fn is_paths(&self) -> bool {
        self.paths_only || self.print0
    }
}

/// The flag that would resume a file named like `path`.
fn resume_flag(path: &Path) -> String {
    let ending = path.extension().and_then(|ending| ending.to_str());
    let is_resumable = ending.and_then(Format::of_ending).is_some_and(Format::is_resumable);
    let ending = ending.filter(|_| is_resumable).unwrap_or("jsonl");
    format!("--resume {}", quoted(path.with_extension(ending)))
}

impl Label {
    fn style(self) -> LabelStyle {
        match self {
            Self::Name => LabelStyle::Name,
            Self::Wnid => LabelStyle::Wnid,
            Self::Index => LabelStyle::Index,
        }
    }
}
