//! Where answers go and what they look like.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::cli::outputs::destination::{Destination, file, file_format};
use crate::cli::outputs::kind::ANSWERS;
use crate::sink::{FORMATS, Format, LabelStyle, PATHS, PATHS_NULL};

/// Where answers go and what they look like.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Output")]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line")]
pub(super) struct OutputFlags {
    /// How to print answers
    ///
    /// By default, the ending of --output or --resume decides; without one it is text.
    #[arg(long, value_parser = ANSWERS.format_parser(), overrides_with = "json")]
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

/// The short help of `--resume`.
const RESUME: &str = "Add to this file the answers that it lacks";

fn resume_help() -> String {
    format!(
        "{RESUME}\n\nThe file ({}) is created if it does not exist. A run that was killed at any moment continues where it \
         stopped.",
        ANSWERS.titles("or", Format::is_resumable)
    )
}

fn logits_help() -> String {
    format!(
        "Add all logits of the checkpoint's head\n\nOnly {} have room for them.",
        ANSWERS.titles("and", |format| format.carries_logits)
    )
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
        let by_ending = || file_format(&ANSWERS, self.output.as_deref(), self.resume.as_deref());
        by_name.or_else(by_ending).unwrap_or(&FORMATS[0])
    }

    /// Where answers go.
    pub(super) fn destination(&self) -> Destination {
        Destination {
            kind: &ANSWERS,
            format: self.format(),
            names_format: self.names_format(),
            output: self.output.clone(),
            resume: self.resume.clone(),
            label: self.label(),
            is_paths: self.is_paths(),
        }
    }

    /// The file that answers are written to, unless it is stdout by another name.
    pub(super) fn file(&self) -> Option<&Path> {
        file(self.output.as_deref())
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

    /// Whether only paths are written.
    pub(super) fn is_paths(&self) -> bool {
        self.paths_only || self.print0
    }
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
