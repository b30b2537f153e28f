//! The output of `mnet embed`: destination, format, layer and normalization.

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

/// The destination and the kind of embeddings.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Output")]
pub(super) struct OutputFlags {
    /// How to print embeddings
    ///
    /// By default, the ending of --output or --resume decides. Without a file it is text on a terminal, and JSON Lines elsewhere.
    #[arg(long, value_parser = EMBEDDINGS.format_parser(), overrides_with = "json")]
    format: Option<&'static Format>,
    /// One JSON object per picture, one per line
    ///
    /// Short for --format jsonl.
    #[arg(long, overrides_with = "format")]
    json: bool,
    /// Write to this file; `-` is stdout
    ///
    /// The file appears when it is complete. An existing file is replaced only if it holds embeddings.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[arg(long, value_name = "FILE", conflicts_with = "output", help = RESUME, long_help = resume_help())]
    resume: Option<PathBuf>,
    /// Divide each embedding by its length
    ///
    /// The dot product of two such embeddings is their cosine similarity, from -1 to 1. By default the values are those of the network.
    #[arg(long, alias = "normalize", hide_short_help = true)]
    normalise: bool,
    /// The layer whose values are the embedding
    #[arg(long, value_enum, value_name = "LAYER", default_value_t, hide_short_help = true)]
    layer: Layer,
}

/// Endings of formats that users might expect, but that are not supported.
const OTHERS: [&str; 6] = ["html", "npz", "h5", "pt", "feather", "tsv"];

/// The same command with `ending` in place of the ending of `path`.
fn with_ending(path: &Path, ending: &str) -> Option<String> {
    let (old, new) = (path.to_str()?, path.with_extension(ending));
    CommandLine::of_process().with_value(&["-o", "--output", "--resume"], old, &[new.to_str()?])?.shown()
}

/// The form in which a search writes its results.
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
    /// The inputs of the classifier, the same as in timm and transformers
    #[default]
    PreLogits,
    /// The means of the last feature map: fewer values in V3 and V4, the same values in other networks
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
    /// The destination of the embeddings.
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

    /// Refuses a file name with the ending of another format, as JSON Lines would be written to `r.csv`.
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

    /// The form of a search's results: text on stdout unless flags say otherwise.
    ///
    /// # Errors
    /// If the flags ask for a format that a search does not write.
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

    /// The layer and normalization of the embedding of each picture.
    pub(super) fn features(&self) -> Features {
        let layer = match self.layer {
            Layer::PreLogits => FeatureLayer::PreLogits,
            Layer::Pooled => FeatureLayer::Pooled,
        };
        Features { layer, normalised: self.normalise }
    }
}
