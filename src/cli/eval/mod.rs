//! `mnet eval`: how often a model is right on labelled pictures.

mod accuracy;
mod calibration;
mod class_names;
mod confusion;
mod data_flags;
pub(super) mod grid_flags;
mod json;
mod kept;
mod label_flags;
mod output_flags;
mod pairs;
mod per_class;
mod photos;
mod printer;
mod read;
mod records_file;
mod reliability;
mod tally;
mod task;
mod text;

use std::path::PathBuf;
use std::time::Instant;

use anyhow::Result;

use super::console::Failure;
use super::decode_flags::DecodeFlags;
use super::exit::Exit;
use super::group_flags::{GroupFlags, note_scores};
use super::hint::OrFail;
use super::model_flags::ModelFlags;
use super::preprocess_flags::PreprocessFlags;
use super::running_flags::RunningFlags;
use super::session::Session;
use super::temperature_flags::TemperatureFlags;
use crate::inputs::labelled::Labelled;
use crate::predict::{Checkpoint, Labels, Request, select};
use crate::record::RunInfo;
use crate::words::and_list;
pub(super) use accuracy::{Accuracy, Data, accuracy};
use calibration::Calibrator;
use data_flags::DataFlags;
use grid_flags::GridFlags;
use kept::Kept;
pub(super) use label_flags::LabelFlags;
use output_flags::OutputFlags;
use photos::Run;
use printer::Printer;
use read::check_any_exists;
use records_file::RecordsFile;
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
    groups: GroupFlags,

    #[command(flatten)]
    temperature: TemperatureFlags,

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
    #[arg(
        long,
        value_name = "FILE",
        value_delimiter = ',',
        conflicts_with = "temperature",
        help_heading = "Data"
    )]
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
  Shards of a data set, with labels beside their pictures:
      mnet eval val-0.tar val-1.tar
      mnet eval validation.parquet --label-column fine_label
  The two knobs of the paper, on the same photos:
      mnet eval photos/ --model v1 --alpha 0.25,0.5 --res 128,160
  Which classes are hard, and what they are taken for:
      mnet eval photos/ --per-class --confusion confusion.csv
  Make scores frequencies, and use what was found:
      mnet eval photos/ --model v2 --res 160 --calibrate v2-160.json
      mnet classify photo.jpg --model v2 --res 160 --temperature v2-160.json
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
  2  Nothing was counted: wrong usage, no such model, labels that are not its classes; or --calibrate found no temperature
  130  Ended by Ctrl-C; other signals: 128 and their number";

pub(super) fn run(args: &Args, session: &Session) -> Result<Exit> {
    let models = if args.records.is_empty() { args.grid.all().len() } else { args.records.len() };
    args.grid.check()?;
    for data in args.data.paths() {
        args.output.check(data, models)?;
    }
    args.groups.check_for_eval(args.output.calibrate.is_some(), session.console())?;
    let data = args.data.read(session.console())?;
    let has_failed = if args.records.is_empty() {
        match answer(args, &data, session)? {
            Ok(has_failed) => has_failed,
            Err(interrupted) => return Ok(interrupted),
        }
    } else {
        count(args, &data, session)?
    };
    Ok(Exit::of_inputs(has_failed, args.exit_zero))
}

/// Runs each model on all pictures. Returns whether some failed, or how the run was stopped.
fn answer(args: &Args, data: &Labelled, session: &Session) -> Result<Result<bool, Exit>> {
    let console = session.console();
    args.running.start_threads(console)?;
    // All models are loaded before the first picture, so that a mistake in the last one shows at once.
    let (mut loaded, mut calibrator) = (vec![], None);
    for flags in args.grid.all() {
        let start = Instant::now();
        let temperature = |checkpoint: &Checkpoint| {
            if args.output.calibrate.is_some() {
                calibrator = Some(Calibrator::new(checkpoint)?);
            }
            args.temperature.of(checkpoint, console)
        };
        let classifier = session.classifier_at(&flags, &args.preprocess, None, temperature)?;
        let start_up = start.elapsed();
        let model = classifier.info();
        let level = args.groups.level(classifier.labels(), &model.name, console)?;
        note_scores(level.is_some() && classifier.is_multi_label(), console);
        let task =
            Task::new(data, args.data.reading(data), &model.name, classifier.labels(), level, console)?;
        loaded.push((classifier, model, flags.alpha(), task, start_up));
    }
    check_any_exists(data, args.data.path())?;
    let stop = session.stop()?;
    stop.begin_run();
    let run = Run { data, decode: &args.decode, running: &args.running, stop: &stop, console };
    let names: Vec<_> = loaded.iter().map(|(_, model, ..)| text::row_name(model)).collect();
    let mut printer = Printer::new(&args.output, &names);
    for (classifier, model, alpha, task, start_up) in loaded {
        let file = args.output.output.as_deref();
        let question = Run::classes(task.level.as_ref()).question();
        let of_run = || RunInfo { model: model.clone(), question, keep: vec![] };
        let file = file.map(|path| RecordsFile::create(path, of_run())).transpose()?;
        let tally = run.tally(&classifier, alpha, &task, start_up, file, calibrator.as_mut())?;
        let Some(row) = tally else {
            console.note(format_args!("stopped before all pictures were done: no figures of {}", model.name));
            return Ok(Err(stop.signal().map_or(Exit::SomeFailed, Exit::Interrupted)));
        };
        printer.add(row)?;
    }
    printer.finish(calibrator, console).map(Ok)
}

/// Counts the answers of earlier runs, and says whether some pictures failed.
fn count(args: &Args, data: &Labelled, session: &Session) -> Result<bool> {
    let console = session.console();
    let in_vain = [("--res", args.grid.has_resolution()), ("preprocessing flags", args.preprocess.any())];
    let in_vain: Vec<_> =
        in_vain.into_iter().filter(|(_, is_given)| *is_given).map(|(what, _)| what).collect();
    if !in_vain.is_empty() {
        let change = if in_vain == ["--res"] { "changes" } else { "change" };
        let flags = and_list(in_vain);
        console.note(format_args!("{flags} {change} nothing here: --records runs no network"));
    }
    let kept = args.records.iter().map(|path| Kept::read(path)).collect::<Result<Vec<_>>>()?;
    let names: Vec<_> = kept.iter().map(|kept| text::row_name(&kept.model)).collect();
    let mut printer = Printer::new(&args.output, &names);
    for (kept, path) in kept.into_iter().zip(&args.records) {
        kept.check_level(args.groups.lists_groups(), path)?;
        let labels = labels(args, &kept, session)?;
        let level = args.groups.level(&labels, &kept.model.name, console)?;
        let task = Task::new(data, args.data.reading(data), &kept.model.name, &labels, level, console)?;
        printer.add(kept.tally(data, &task, labels, path, console)?)?;
    }
    printer.finish(None, console)
}

/// The classes of the model that gave the answers. These are the classes of ImageNet-1k if all answers list only them or their
/// groups, and otherwise the classes of the checkpoint that the flags name or, without such flags, the answers.
fn labels(args: &Args, kept: &Kept, session: &Session) -> Result<Labels> {
    if args.grid.is_default()
        && args.grid.labels().is_none()
        && let Some(imagenet) = Labels::imagenet(1000)
        && let Ok(names) = args.groups.listed(&imagenet)
        && kept.are_of(&names)
    {
        return Ok(imagenet);
    }
    let source = if args.grid.is_default() {
        let model = Some(kept.model.name.clone()).filter(|name| name != "builtin");
        select(&Request { model, alpha: None, resolution: None })
            .or_fail_suggesting("--model as it is called now")?
    } else {
        args.grid.all().first().map_or_else(|| unreachable!("at least one"), ModelFlags::source)?
    };
    let checkpoint = session.checkpoint(&source)?;
    if checkpoint.name != kept.model.name && !args.grid.is_default() {
        let message = format!("the answers are by {}, not by {}", kept.model.name, checkpoint.name);
        return Err(Failure::error(message, Some("the same command without --model and --alpha".to_owned())));
    }
    let labels = checkpoint.config.labels;
    args.grid.labels().map_or_else(|| Ok(labels.clone()), |file| labels.renamed(file).or_fail())
}
