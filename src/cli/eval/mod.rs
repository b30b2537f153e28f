//! `mnet eval`: how often a model is right on labelled pictures.

mod accuracy;
mod confusion;
mod data_flags;
mod grid_flags;
mod json;
mod kept;
mod output_flags;
mod pairs;
mod per_class;
mod photos;
mod read;
mod records_file;
mod tally;
mod task;
mod text;

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Instant;

use anyhow::Result;

use super::console::Failure;
use super::decode_flags::DecodeFlags;
use super::exit::Exit;
use super::hint::OrFail;
use super::model_flags::ModelFlags;
use super::preprocess_flags::PreprocessFlags;
use super::running_flags::RunningFlags;
use super::session::Session;
use crate::inputs::labelled::Labelled;
use crate::predict::{Labels, Request, select};
pub(super) use accuracy::{Accuracy, Data, accuracy};
use data_flags::DataFlags;
use grid_flags::GridFlags;
use kept::Kept;
use output_flags::OutputFlags;
use photos::Run;
use records_file::RecordsFile;
use tally::Tally;
use task::Task;

/// Measure accuracy on labelled pictures
///
/// Answers every picture as `mnet classify` does and counts how often the right class is the best one, and among the best five. Lists of
/// --model, --alpha and --res make a row of each combination, on the same pictures, and say whether two models differ by more than
/// chance.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES, override_usage = "mnet eval [OPTIONS] DATA")]
pub(super) struct Args {
    #[command(flatten)]
    data: DataFlags,

    #[command(flatten)]
    grid: GridFlags,

    #[command(flatten)]
    preprocess: PreprocessFlags,

    #[command(flatten)]
    decode: DecodeFlags,

    #[command(flatten)]
    output: OutputFlags,

    #[command(flatten)]
    running: RunningFlags,
    /// Count the answers in these files; run no network
    ///
    /// JSON Lines of `mnet classify`, or of -o: of each model one file. A picture without a record has failed.
    #[arg(long, value_name = "FILE", value_delimiter = ',', help_heading = "Data")]
    records: Vec<PathBuf>,
    /// Exit with 0 even if some pictures fail
    #[arg(long, help_heading = "Running", hide_short_help = true)]
    exit_zero: bool,
}

const EXAMPLES: &str = "\
Examples:
  A folder for each class, named after it:
      mnet eval photos/
  ImageNet's validation set, from its list:
      mnet eval val.txt --root ILSVRC2012_img_val --model v2
  A table whose columns have names of their own:
      mnet eval train.csv --root images --columns id,species
  The two knobs of the paper, on the same photos:
      mnet eval photos/ --model v1 --alpha 0.25,0.5 --res 128,160
  Which classes are hard, and what they are taken for:
      mnet eval photos/ --per-class --confusion confusion.csv
  Keep the answers, and count them again:
      mnet eval photos/ -o labels.jsonl
      mnet eval photos/ --records labels.jsonl --json

Labels:
  All labels are one of: the index of a class, as answers have it (from 0, without a background class); its WordNet id; one of its \
names, in any case, with spaces or underscores; or, for folders of a model whose classes have no names, its place in alphabetical \
order. If two of these fit and differ, or a name has several classes, mnet says so and ends. docs/evaluating.md has the rules.

Figures:
  Shares are of the pictures that have an answer; those that failed are named and counted. Intervals are Wilson's, at 95 %. The \
calibration error (ECE) has 15 bins. images/s is pictures over the time from the first to the last; start-up comes before. p is \
that of McNemar's exact test: how likely two equally good models differ as much by chance.

Exit status:
  0  Every picture has an answer
  1  Some pictures failed; the others are counted (0 with --exit-zero)
  2  Nothing was counted: wrong usage, no such model, labels that are not its classes
  130  Ended by Ctrl-C; other signals: 128 and their number";

pub(super) fn run(args: &Args, session: &Session) -> Result<Exit> {
    let models = if args.records.is_empty() { args.grid.all().len() } else { args.records.len() };
    args.output.check(args.data.path(), models)?;
    let data = args.data.read(session.console())?;
    let mut rows = vec![];
    let mut output = io::stdout().lock();
    let mut add = |row: Tally| {
        write_row(args, models, rows.is_empty(), &row, &mut output)?;
        rows.push(row);
        Ok::<_, anyhow::Error>(())
    };
    if args.records.is_empty() {
        if let Some(signal) = answer(args, &data, session, &mut add)? {
            return Ok(Exit::Interrupted(signal));
        }
    } else {
        count(args, &data, session, &mut add)?;
    }
    write_end(args, &rows, &mut output)?;
    let has_failed = rows.iter().any(|row| row.failed() > 0);
    Ok(Exit::of_inputs(has_failed, args.exit_zero))
}

/// Has each model answer all pictures. Gives the signal that stopped it, if one did.
fn answer(
    args: &Args,
    data: &Labelled,
    session: &Session,
    add: &mut dyn FnMut(Tally) -> Result<()>,
) -> Result<Option<i32>> {
    let console = session.console();
    args.running.start_threads(console)?;
    // All of them before the first picture: a mistake in the last is no news after an hour.
    let mut loaded = vec![];
    for flags in args.grid.all() {
        let start = Instant::now();
        let classifier = session.classifier(&flags, &args.preprocess)?;
        let start_up = start.elapsed();
        let task =
            Task::new(data, args.data.reading(data), &classifier.info().name, classifier.labels(), console)?;
        loaded.push((classifier, flags.alpha(), task, start_up));
    }
    let stop = session.stop()?;
    stop.begin_run();
    let run = Run { data, decode: &args.decode, running: &args.running, stop: &stop, console };
    for (classifier, alpha, task, start_up) in loaded {
        let file = args.output.output.as_deref();
        let file = file.map(|path| RecordsFile::create(path, classifier.info())).transpose()?;
        match run.tally(&classifier, alpha, &task, start_up, file)? {
            Some(row) => add(row)?,
            None => {
                console.note("stopped before all pictures were done: no figures of this model");
                return Ok(stop.signal());
            }
        }
    }
    Ok(None)
}

/// Counts the answers of earlier runs.
fn count(
    args: &Args,
    data: &Labelled,
    session: &Session,
    add: &mut dyn FnMut(Tally) -> Result<()>,
) -> Result<()> {
    for path in &args.records {
        let kept = Kept::read(path)?;
        let labels = labels(args, &kept, session)?;
        let task = Task::new(data, args.data.reading(data), &kept.model.name, &labels, session.console())?;
        add(kept.tally(data, &task, labels, path, session.console())?)?;
    }
    Ok(())
}

/// The classes of the model that gave the answers: those of ImageNet-1k if all answers are of them, else those of the
/// checkpoint that the flags or else the answers name.
fn labels(args: &Args, kept: &Kept, session: &Session) -> Result<Labels> {
    if args.grid.is_default()
        && args.grid.labels().is_none()
        && let Some(imagenet) = kept.imagenet()
    {
        return Ok(imagenet);
    }
    let source = if args.grid.is_default() {
        let model = Some(kept.model.name.clone()).filter(|name| name != "builtin");
        select(&Request { model, alpha: None, resolution: None })
            .or_fail_suggesting("--model as it is called now")?
    } else {
        args.grid.all().first().map(ModelFlags::source).unwrap_or_else(|| unreachable!("at least one"))?
    };
    let checkpoint = session.checkpoint(&source)?;
    if checkpoint.name != kept.model.name && !args.grid.is_default() {
        let message = format!("the answers are by {}, not by {}", kept.model.name, checkpoint.name);
        return Err(Failure::error(message, Some("the same command without --model and --alpha".to_owned())));
    }
    let labels = checkpoint.config.labels;
    args.grid.labels().map_or_else(|| Ok(labels.clone()), |file| labels.renamed(file).or_fail())
}

/// Prints a row as soon as its model is done.
fn write_row(args: &Args, models: usize, is_first: bool, row: &Tally, output: &mut impl Write) -> Result<()> {
    if args.output.json {
        json::write(output, row, args.output.per_class)?;
    } else if models == 1 {
        text::write_block(output, row)?;
    } else {
        if is_first {
            text::write_header(output)?;
        }
        text::write_row(output, row)?;
    }
    Ok(output.flush()?)
}

/// Prints what compares all rows, or needs more room than a row, and writes files.
fn write_end(args: &Args, rows: &[Tally], output: &mut impl Write) -> Result<()> {
    if args.output.json {
        for pair in pairs::all(rows) {
            json::write_pair(output, &pair)?;
        }
    } else {
        text::write_pairs(output, rows)?;
        for row in rows.iter().filter(|_| args.output.per_class) {
            text::write_classes(output, row)?;
        }
    }
    output.flush()?;
    if let Some(file) = &args.output.confusion {
        for row in rows {
            confusion::write(row, file, args.output.theme())?;
        }
    }
    Ok(())
}
