//! `mnet classify`: pictures to labels.

mod input_flags;
mod output;
mod output_flags;
mod report;
mod resume;

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use anyhow::Result;

use super::console::{Console, Failure};
use super::exit::{Exit, is_closed};
use super::hint::Hint;
use super::model_flags::ModelFlags;
use super::session::{Session, stop_on_interrupt, use_threads};
use super::values::count;
use crate::inputs::{Ahead, Input, Inputs};
use crate::pipeline::{Pipeline, Plan};
use crate::predict::Classifier;
use input_flags::InputFlags;
use output::Output;
use output_flags::{OutputFlags, SelectionFlags};
use report::Report;
use resume::Resumed;

/// Label images
///
/// Each picture is scaled to the square that the model was trained on (or --res), and the most probable classes are
/// printed, in the order of the inputs and as soon as they are known. A picture that cannot be read gets an error of its
/// own; the others are still answered.
///
/// Without --model and --alpha the model is the one in the binary: no network, no cache.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(flatten)]
    input: InputFlags,

    #[command(flatten)]
    model: ModelFlags,

    #[command(flatten)]
    selection: SelectionFlags,

    #[command(flatten)]
    output: OutputFlags,

    /// CPU threads; all that this process may use if not given. A picture alone is worked on by all of them, of many
    /// pictures each thread takes one all the way
    #[arg(short = 'j', long, value_name = "N", value_parser = count, help_heading = "Running")]
    threads: Option<usize>,
    /// Pictures per run of the network, if as many are ready; 32 on a GPU if not given. On a CPU it is 1: each thread takes
    /// its picture all the way
    #[arg(short, long, value_name = "N", value_parser = count, help_heading = "Running")]
    batch: Option<usize>,
    /// Print what would be labelled, and on stderr which weights would run; read and fetch nothing
    #[arg(long, help_heading = "Running")]
    dry_run: bool,
    /// Stop at the first picture that fails
    #[arg(long, help_heading = "Running")]
    fail_fast: bool,
}

const EXAMPLES: &str = "\
Examples:
  mnet classify photo.jpg
  mnet classify photo.jpg --alpha 0.75 --res 160
  mnet classify photos/ -r -o labels.jsonl
  mnet classify photos/ -r --resume labels.jsonl     go on with it after a crash, or with new photos
  mnet classify photos/ -r -o labels.parquet         for pandas, polars, DuckDB
  find . -name '*.jpg' -print0 | mnet classify --files-from - -0 --json | jq -r '.top[0].label'
  curl -s URL | mnet classify -
  mnet classify photos/ -r --only 'Egyptian cat' tabby --min-score 0.5 --print0 | xargs -0 cp -t cats/
  mnet classify photo.jpg --model owner/name@revision

In a terminal every picture is a block with bars and timing; elsewhere it is one line: path, then label and
score of each class, separated by tabs. In JSON a score is a probability over all classes, `index` the
0-based class of ImageNet-1k; TensorFlow's background class is left out. CSV has a row per class. Scores of a
multi-label checkpoint are independent of each other; --min-score is its threshold, -k how many may pass.

Ctrl-C finishes the pictures that are begun and writes them; a second one ends at once.

Exit status: 0 every picture labelled, 1 some failed, 2 could not run, 130 interrupted.";

pub(super) fn run(args: &Args, session: &Session) -> Result<Exit> {
    let console = session.console();
    let inputs = args.input.inputs()?;
    if args.dry_run {
        return dry_run(args, inputs, console);
    }
    use_threads(args.threads)?;
    args.output.check()?;
    let classifier = session.classifier(&args.model)?;
    let wanted = args.selection.wanted(&classifier, args.output.logits())?;
    let Resumed { mut answered, mut output, mut sink } = resume::open(&args.output, &classifier, console)?;
    let already = answered.count;
    let stop = stop_on_interrupt()?;
    let mut report = Report::new(console, !args.output.has_failures());
    if !args.output.is_on_terminal() {
        report.show_progress(args.input.count(), || args.input.again(), already);
    }

    let pipeline = Pipeline::new(&classifier, args.input.decode(), args.input.is_draft(), wanted);
    let inputs = Ahead::new(inputs, Arc::clone(&stop)).filter(|input| !answered.take(input.path()));
    let mut count = 0;
    let written = pipeline.run(inputs, plan(args, &classifier), &stop, |record| {
        report.note(&record);
        if args.fail_fast && record.outcome.is_err() {
            stop.store(true, Ordering::Relaxed);
        }
        // Nobody looks for inputs any more whose answers have nowhere to go.
        sink.write(&mut output, &record).inspect_err(|_| stop.store(true, Ordering::Relaxed))?;
        count += 1;
        Ok(())
    });
    let name = output.name().to_owned();
    // Interrupted or not: what was answered is to be read.
    let written = written.and_then(|()| sink.finish(&mut output));
    let mut count = count - sink.pending();
    let (written, left) = match written {
        Ok(()) => (output.finish(), None),
        Err(error) if args.output.is_readable_unfinished() => (Err(error), output.leave()),
        Err(error) => {
            count = 0;
            (Err(error), None)
        }
    };
    report.finish();
    let found = report.done + already;
    if found == 0 {
        console.note("no pictures found");
    }
    if let Err(error) = written {
        // A reader that went away has what it wanted.
        return if is_closed(&error) {
            Ok(Exit::Success)
        } else {
            let message = format!("{name}: {error}; {count} answers were written");
            Err(Failure::error(message, args.output.hint(left.as_deref())))
        };
    }
    Ok(match (stop.load(Ordering::Relaxed), report.failed) {
        (true, _) if !(args.fail_fast && report.failed > 0) => Exit::Interrupted,
        (_, 0) => Exit::Success,
        _ => Exit::SomeFailed,
    })
}

/// How much happens at once. A picture alone on a CPU gets all threads: there would be none for them otherwise.
fn plan(args: &Args, classifier: &Classifier) -> Plan {
    let threads = rayon::current_num_threads();
    let batch = args.batch.unwrap_or(if classifier.is_on_cpu() { 1 } else { GPU_BATCH });
    let is_alone = batch == 1 && args.input.count().is_some_and(|count| count < threads);
    Plan { workers: if is_alone { 1 } else { threads }, batch }
}

/// Pictures that keep a GPU busy.
const GPU_BATCH: usize = 32;

/// Prints what would be labelled, by what.
fn dry_run(args: &Args, inputs: Inputs, console: &Console) -> Result<Exit> {
    console.note(format_args!("model {}", args.model.source()?));
    let mut answered = resume::answered(&args.output)?;
    let mut output = Output::stdout();
    let mut exit = Exit::Success;
    for input in inputs.filter(|input| !answered.take(input.path())) {
        let path = input.path();
        if let Input::Unreadable { message, hint, .. } = &input {
            console.error(&format!("{}: {message}", path.display()), hint.hint().as_deref());
            exit = Exit::SomeFailed;
            continue;
        }
        output.write_all(&[path.as_os_str().as_encoded_bytes(), args.output.end_of_path()].concat())?;
    }
    output.finish()?;
    Ok(exit)
}
