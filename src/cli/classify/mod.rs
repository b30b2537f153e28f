//! `mnet classify`: pictures to labels.

use std::io::{self, IsTerminal};
use std::path::PathBuf;

use anyhow::Result;
use clap::ValueEnum;

use super::Exit;
use super::console::{Console, Failure};
use super::hub_flags::HubFlags;
use super::model_flags::ModelFlags;
use super::progress::Progress;
use crate::ops::device::DeviceChoice;
use crate::pipeline::Pipeline;
use crate::pixels::DecodeOptions;
use crate::predict::{self, Classifier, Source, Wanted};
use crate::record::Record;
use crate::sink::{JsonLines, LabelStyle, Sink, Text};

/// Label images
///
/// Each picture is scaled to the square that the model was trained on (or --res), and the most probable classes are
/// printed. A picture that cannot be read gets an error of its own; the others are still answered.
///
/// Without --model and --alpha the model is the one in the binary: no network, no cache.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Pictures: JPEG, PNG, GIF (first frame), WebP, BMP, TIFF, PNM, QOI, TGA or ICO, whatever their names
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,

    #[command(flatten)]
    model: ModelFlags,

    /// Where to run: auto, cpu, cuda, cuda:N or metal
    #[arg(long, value_name = "DEVICE", default_value = "auto", help_heading = "Model")]
    device: DeviceChoice,

    /// Leave pictures as they are stored; by default EXIF orientation turns them upright
    #[arg(long, help_heading = "Input")]
    no_orient: bool,
    /// Refuse pictures of more pixels than this
    #[arg(long, value_name = "N", default_value_t = DecodeOptions::default().max_pixels, help_heading = "Input")]
    max_pixels: u64,

    /// How many classes to print, best first
    #[arg(short = 'k', long = "top", value_name = "K", default_value_t = 5, help_heading = "Selection")]
    top: usize,
    /// Print only classes of at least this probability, 0 to 1
    #[arg(long, value_name = "P", default_value_t = 0.0, value_parser = probability, help_heading = "Selection")]
    min_score: f32,

    /// How to print answers
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    format: Format,
    /// Print one JSON object per picture: short for --format jsonl
    #[arg(long, conflicts_with = "format", help_heading = "Output")]
    json: bool,
    /// What to print for a class in text
    #[arg(long, value_enum, value_name = "KIND", default_value_t, help_heading = "Output")]
    label: Label,
    /// Add all logits of the checkpoint's head to JSON
    #[arg(long, help_heading = "Output")]
    logits: bool,
}

const EXAMPLES: &str = "\
Examples:
  mnet classify photo.jpg
  mnet classify photo.jpg --alpha 0.75 --res 160
  mnet classify *.jpg --json | jq -r 'select(.top) | [.path, .top[0].label] | @tsv'
  mnet classify photo.jpg --model owner/name@revision
  mnet classify photo.jpg --model ./checkpoint/ -k 1 --label index

In a terminal every picture is a block with bars and timing; elsewhere it is one line: path, then label and
score of each class, separated by tabs. In JSON a score is a probability over all classes, `index` the
0-based class of ImageNet-1k; TensorFlow's background class is left out.

Exit status: 0 every picture labelled, 1 some failed, 2 could not run.";

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Format {
    /// For people: blocks on a terminal, tab-separated lines elsewhere
    #[default]
    Text,
    /// For scripts: JSON Lines
    Jsonl,
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

fn probability(word: &str) -> Result<f32, String> {
    match word.parse::<f32>() {
        Ok(probability) if (0.0..=1.0).contains(&probability) => Ok(probability),
        _ => Err("a probability is between 0 and 1; try 0.5".into()),
    }
}

pub(super) fn run(args: &Args, hub: &HubFlags, console: &Console) -> Result<Exit> {
    let classifier = load(args, hub, console)?;
    let decode = DecodeOptions { max_pixels: args.max_pixels, orient: !args.no_orient };
    let wanted = Wanted { top: args.top, min_score: args.min_score, logits: args.logits };
    let pipeline = Pipeline::new(&classifier, decode, wanted);
    let mut sink = sink(args, &classifier, console);
    let mut output = io::stdout().lock();
    let mut failed = 0;
    for path in &args.paths {
        let record = pipeline.record(path);
        failed += usize::from(record.outcome.is_err());
        if !args.is_jsonl() {
            report(&record, console);
        }
        sink.write(&mut output, &record)?;
    }
    if failed > 0 && args.paths.len() > 1 {
        console.note(format_args!("{failed} of {} pictures failed", args.paths.len()));
    }
    Ok(if failed == 0 { Exit::Success } else { Exit::SomeFailed })
}

impl Args {
    fn is_jsonl(&self) -> bool {
        self.json || matches!(self.format, Format::Jsonl)
    }
}

/// The classifier that the flags ask for, with notes on what they leave open.
fn load(args: &Args, hub: &HubFlags, console: &Console) -> Result<Classifier> {
    let device = args.device.open().map_err(|error| Failure::error(&error, Some(error.hint())))?;
    let source =
        predict::select(&args.model.request()).map_err(|error| Failure::error(&error, Some(error.hint())))?;
    let mut progress = Progress::new(console);
    let checkpoint = predict::open(&source, || hub.hub(), &mut |event| progress.show(&event))
        .map_err(|error| Failure::error(&error, error.hint()))?;
    let name = checkpoint.name.clone();
    let classifier = Classifier::new(checkpoint, args.model.resolution(), device)
        .map_err(|error| Failure::error(format_args!("{name}: {error}"), error.hint()))?;
    let info = classifier.info();
    if !matches!(source, Source::BuiltIn) || args.model.resolution().is_some() {
        console.note(format_args!(
            "model {} at {} px ({})",
            info.name,
            info.resolution,
            classifier.preprocess()
        ));
    }
    if info.resolution != classifier.trained_resolution() {
        let trained = classifier.trained_resolution();
        console.note(format_args!("trained at {trained}, running at {}", info.resolution));
    }
    if !info.resolution.is_multiple_of(32) {
        console.note(format_args!(
            "{} is not a multiple of 32: feature maps get uneven borders",
            info.resolution
        ));
    }
    Ok(classifier)
}

fn sink(args: &Args, classifier: &Classifier, console: &Console) -> Box<dyn Sink> {
    if args.is_jsonl() {
        return Box::new(JsonLines::new(classifier.info()));
    }
    let style = match args.label {
        Label::Name => LabelStyle::Name,
        Label::Wnid => LabelStyle::Wnid,
        Label::Index => LabelStyle::Index,
    };
    if io::stdout().is_terminal() {
        Box::new(Text::block(style, console.colours_stdout()))
    } else {
        Box::new(Text::line(style))
    }
}

/// Says on stderr what text on stdout does not: why a picture has no answer.
fn report(record: &Record, console: &Console) {
    if let Err(error) = &record.outcome {
        console.error(&format!("{}: {}", record.path.display(), error.message), error.hint.as_deref());
    }
}
