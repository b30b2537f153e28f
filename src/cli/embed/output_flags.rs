//! Where embeddings go, in which format, and what they are.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::ValueEnum;

use crate::cli::command_line::CommandLine;
use crate::cli::console::Failure;
use crate::cli::hint::quoted;
use crate::cli::outputs::destination::{Destination, file, file_format};
use crate::cli::outputs::kind::EMBEDDINGS;
use crate::predict::Features;
use crate::record::FeatureLayer;
use crate::sink::{FORMATS, Format, LabelStyle};

/// Where embeddings go, and what they are.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Output")]
pub(super) struct OutputFlags {
    /// How to print embeddings
    ///
    /// By default, the ending of --output or --resume decides; without one it is text on a terminal, and JSON Lines elsewhere.
    #[arg(long, value_parser = EMBEDDINGS.format_parser(), overrides_with = "json")]
    format: Option<&'static Format>,
    /// One JSON object per picture, one per line
    ///
    /// Short for --format jsonl.
    #[arg(long, overrides_with = "format")]
    json: bool,
    /// Write to this file; `-` is stdout
    ///
    /// The file appears when it is complete. One that exists is replaced only if it holds embeddings.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[arg(long, value_name = "FILE", conflicts_with = "output", help = RESUME, long_help = resume_help())]
    resume: Option<PathBuf>,
    /// Divide each embedding by its length
    ///
    /// Then the dot product of two is their cosine similarity, from -1 to 1. Without this flag they are as the network has them.
    #[arg(long, alias = "normalize", hide_short_help = true)]
    normalise: bool,
    /// Which values of the network
    #[arg(long, value_enum, value_name = "LAYER", default_value_t, hide_short_help = true)]
    layer: Layer,
}

/// Endings of other formats that one might expect.
const OTHERS: [&str; 6] = ["html", "npz", "h5", "pt", "feather", "tsv"];

/// The same command with a file of another ending in place of `path`.
fn with_ending(path: &Path, ending: &str) -> Option<String> {
    let (old, new) = (path.to_str()?, path.with_extension(ending));
    CommandLine::of_process().with_value(&["-o", "--output", "--resume"], old, &[new.to_str()?])?.shown()
}

/// What a search writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SearchForm<'a> {
    /// Lines for people, on stdout.
    Text,
    /// JSON Lines, on stdout.
    JsonLines,
    /// A contact sheet, to this file.
    Sheet(&'a Path),
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Layer {
    /// The inputs of the classifier, as timm and transformers have them
    #[default]
    PreLogits,
    /// The means of the last feature map: fewer values in V3 and V4, the same in others
    Pooled,
}

/// The short help of `--resume`.
const RESUME: &str = "Add to this file the embeddings that it lacks";

fn resume_help() -> String {
    format!(
        "{RESUME}\n\nThe file ({}) is created if it does not exist. A run that was killed at any moment continues where it \
         stopped. Embeddings of another model, size or layer are never mixed; other preprocessing is not noticed.",
        EMBEDDINGS.titles("or", Format::is_resumable)
    )
}

impl OutputFlags {
    /// Where embeddings go.
    pub(super) fn destination(&self) -> Destination {
        let [text, json_lines, ..] = EMBEDDINGS.formats else { unreachable!("there are more") };
        let by_name = if self.json { Some(json_lines) } else { self.format };
        let by_ending = || file_format(&EMBEDDINGS, self.output.as_deref(), self.resume.as_deref());
        let is_shown =
            file(self.output.as_deref()).is_none() && self.resume.is_none() && io::stdout().is_terminal();
        let format = by_name.or_else(by_ending).unwrap_or(if is_shown { text } else { json_lines });
        Destination {
            kind: &EMBEDDINGS,
            format,
            names_format: by_name.is_some(),
            output: self.output.clone(),
            resume: self.resume.clone(),
            label: LabelStyle::Name,
            is_paths: false,
        }
    }

    /// Refuses a file whose name ends as that of another format: JSON Lines would be written to `r.csv`.
    pub(super) fn check_ending(&self) -> Result<()> {
        if self.format.is_some() || self.json {
            return Ok(());
        }
        let files = [file(self.output.as_deref()), self.resume.as_deref()];
        let Some(path) = files.into_iter().flatten().next() else { return Ok(()) };
        let ending = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
        let is_ours = EMBEDDINGS.formats.iter().flat_map(|format| format.endings).any(|ours| *ours == ending);
        let mut others = FORMATS.iter().flat_map(|format| format.endings).chain(&OTHERS);
        if is_ours || !others.any(|other| *other == ending) {
            return Ok(());
        }
        let formats = EMBEDDINGS.titles("or", |format| !format.endings.is_empty());
        let message =
            format!("{}: embeddings are not written as .{ending}, but as {formats}", path.display());
        Err(Failure::error(message, with_ending(path, "jsonl")))
    }

    /// What a search writes: text on stdout unless flags say otherwise.
    ///
    /// # Errors
    /// If they ask for something that a search does not write.
    pub(super) fn search_form(&self) -> Result<SearchForm<'_>> {
        if let Some(file) = file(self.output.as_deref()) {
            let is_sheet = file.extension().is_some_and(|ending| ending == "html" || ending == "htm");
            if is_sheet && self.format.is_none() && !self.json {
                return Ok(SearchForm::Sheet(file));
            }
            let message = "with --near and --duplicates, --output takes a contact sheet: a name that ends in .html, without --format";
            let is_drawing = [".png", ".svg"].iter().any(|ending| file.to_string_lossy().ends_with(ending));
            let sheet = is_drawing.then(|| with_ending(file, "html")).flatten();
            return Err(Failure::error(message, sheet.or_else(|| Some(format!("> {}", quoted(file))))));
        }
        match self.format.map_or(if self.json { "jsonl" } else { "text" }, |format| format.name) {
            "jsonl" => Ok(SearchForm::JsonLines),
            "text" => Ok(SearchForm::Text),
            other => {
                let message = format!("--near and --duplicates print text or jsonl, not {other}");
                Err(Failure::error(message, Some("--json".to_owned())))
            }
        }
    }

    /// What is wanted of each picture.
    pub(super) fn features(&self) -> Features {
        let layer = match self.layer {
            Layer::PreLogits => FeatureLayer::PreLogits,
            Layer::Pooled => FeatureLayer::Pooled,
        };
        Features { layer, normalised: self.normalise }
    }
}
