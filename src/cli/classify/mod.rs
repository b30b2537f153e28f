//! `mnet classify`: labels pictures.

mod check_answers;
mod continuation;
mod descriptor;
mod ignored;
pub(super) mod input_flags;
mod lock;
pub(super) mod output;
mod output_flags;
pub(super) mod overwrite;
mod own_files;
pub(super) mod picture_bar;
mod repair;
pub(super) mod report;
mod resume;
mod resume_command;
mod run_writer;
pub(super) mod same_file;
mod selection_flags;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;

use super::console::{Console, Failure, path_for_stdout};
use super::exit::Exit;
use super::hint::{Hint, input_hint};
use super::model_flags::ModelFlags;
use super::preprocess_flags::PreprocessFlags;
use super::running_flags::RunningFlags;
use super::session::Session;
use super::temperature_flags::TemperatureFlags;
use super::terminal;
use super::threads;
use crate::inputs::{Input, Inputs, ReadAhead};
use check_answers::all_classes;
use input_flags::InputFlags;
use output::Output;
use output_flags::{OutputFlags, Place};
use own_files::OwnFiles;
use report::Report;
use resume::ResumeState;
use run_writer::RunWriter;
use selection_flags::SelectionFlags;

/// Label images
///
/// Each picture is resized, cropped and normalised as the checkpoint says, or as the flags under Preprocessing say, and its most
/// probable classes are printed as soon as they are known, in the order of the inputs. A picture that cannot be read gets an error
/// of its own; the others are still labelled.
///
/// Without --model and --alpha the model in the binary is used: no network, no cache.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES, override_usage = "mnet classify [OPTIONS] PATH...")]
pub(super) struct Args {
    #[command(flatten)]
    input: InputFlags,

    #[command(flatten)]
    model: ModelFlags,

    #[command(flatten)]
    temperature: TemperatureFlags,

    #[command(flatten)]
    preprocess: PreprocessFlags,

    #[command(flatten)]
    selection: SelectionFlags,

    #[command(flatten)]
    output: OutputFlags,

    #[command(flatten)]
    running: RunningFlags,
    /// Print what would be labelled; decode nothing
    ///
    /// The model is named on stderr. Nothing is downloaded.
    #[arg(long, help_heading = "Running", hide_short_help = true)]
    dry_run: bool,
    /// Stop at the first picture that fails
    #[arg(long, help_heading = "Running", hide_short_help = true)]
    fail_fast: bool,
    /// Exit with 0 even if some pictures fail
    ///
    /// For xargs, `set -e` and Spark's pipe, which stop at any other status. What could not run at all still exits with 2.
    #[arg(long, conflicts_with = "fail_fast", help_heading = "Running", hide_short_help = true)]
    exit_zero: bool,
}

const EXAMPLES: &str = "\
Examples:
  Label a photo with the built-in model, without the network:
      mnet classify photo.jpg
  The same with MobileNetV2 0.75 at 160 px, from the hub:
      mnet classify photo.jpg --alpha 0.75 --res 160
  Label a folder, and continue after a crash or with new photos:
      mnet classify photos/ -r --resume labels.jsonl
  Write a table for pandas, polars or DuckDB:
      mnet classify photos/ -r -o labels.parquet
  Take the photos from another program:
      find . -name '*.jpg' -print0 | mnet classify --files-from - -0 --json
      curl -s https://example.org/photo.jpg | mnet classify -
  Print only the best label of each photo:
      mnet classify *.jpg --json | jq -r '.top[0].label'
  Copy the photos of cats into a folder that exists:
      mnet classify photos/ -r --only 'Egyptian cat' tabby \\
        --min-score 0.3 --print0 | xargs -0r cp -t cats/
  Run weights of your own, or of torchvision's IMAGENET1K_V2:
      mnet classify photo.jpg --model mine.pth --labels names.txt
      mnet classify photo.jpg --model mobilenet_v2.pth --resize 232

Output:
  On a terminal every picture is a block with bars and times. Elsewhere it is one line: the path, then label and score of each \
class, separated by tabs.

  In JSON a score is a probability over all classes, and `index` is the 0-based class of ImageNet-1k; TensorFlow's background \
class is left out. CSV has a row per class. Scores of a multi-label checkpoint are independent of each other: --min-score is the \
threshold, and at most -k pass.

Signals:
  Ctrl-C, SIGTERM and SIGHUP finish the pictures that were started and write them. Another one, a second later or more, ends at \
once.

Exit status:
  0  Every picture is labelled
  1  Some pictures failed; the others are labelled (0 with --exit-zero)
  2  Nothing was done: wrong usage, no such model or device
  130  Ended by Ctrl-C; other signals: 128 and their number";

pub(super) fn run(args: &Args, session: &Session) -> Result<Exit> {
    let console = session.console();
    let inputs = args.input.inputs()?;
    for note in ignored::notes(&args.output, args.dry_run) {
        console.note(note);
    }
    if args.dry_run {
        return dry_run(args, inputs, console);
    }
    args.running.start_threads(console)?;
    args.output.check(&files_read(args))?;
    let temperature = |checkpoint: &_| args.temperature.of(checkpoint, console);
    let classifier = session.classifier_at(&args.model, &args.preprocess, temperature)?;
    let selection = args.selection.wanted(&classifier, args.output.logits())?;
    if let Some(note) = ignored::wnid(&args.output, &classifier) {
        console.note(note);
    }
    let answer = |path: &Path| all_classes(args.input.decode(), &classifier, path);
    // Before there is a file to leave behind.
    let stop = session.stop().map_err(|error| not_heard(&error))?;
    stop.begin_run();
    let ResumeState { mut completed, output, sink } = resume::open(
        &args.output,
        &classifier.info(),
        args.input.decode().options().salvage,
        &answer,
        console,
    )?;
    let already = completed.count();
    let report = report(args, already, console);
    if let Some(unfinished) = output.unfinished() {
        stop.before_sudden_end(last_words(args, unfinished, &report, console));
    }
    let own_files = OwnFiles::new(&args.output, &output);
    let mut writer = RunWriter::new(&args.output, sink, output, report);
    let inputs =
        ReadAhead::new(inputs, Arc::clone(stop.flag())).map_err(|error| threads::not_started(1, &error))?;
    let inputs = inputs.filter(|input| {
        let is_completed = completed.take(input.path()) && input.is_lasting();
        !is_completed && !own_files.include(input.path())
    });
    let (pipeline, plan) =
        args.running.pipeline(&classifier, args.input.decode(), selection, args.input.count(), console);
    note_typing(args, console);
    let outcome = pipeline.run(inputs, plan, stop.flag(), |record| {
        if args.fail_fast && record.outcome.is_err() {
            stop.ask();
        }
        // Without an output, no more inputs are needed.
        writer.write(&record).inspect_err(|_| stop.ask())
    });
    let summary = match outcome {
        Ok(()) => writer.finish(stop.is_asked()),
        Err(error) => writer.abort(&error),
    }?;
    if stop.is_asked() && summary.is_complete {
        let done = summary.done + already;
        console.note(args.output.continuation(stop.signal(), done, &summary.place));
    } else {
        let earlier = args.output.file().filter(|_| summary.place == Place::Nowhere);
        let stays = earlier.map(|file| format!("; {} is as before", file.display()));
        if summary.done + already == 0 {
            console.note(format_args!("no pictures found{}", stays.unwrap_or_default()));
        } else if let Some(stays) = stays {
            console.note(format_args!("no answers{stays}"));
        }
    }
    if let Some(signal) = stop.signal().filter(|_| summary.is_complete) {
        return Ok(Exit::Interrupted(signal));
    }
    // `--fail-fast` stops a run too.
    let has_failed = summary.is_complete && summary.failed > 0;
    Ok(Exit::of_inputs(has_failed, args.exit_zero))
}

/// The files that a run reads, apart from those it finds in directories; each with what it is.
fn files_read(args: &Args) -> Vec<(&'static str, PathBuf)> {
    let mut files = args.input.files();
    files.extend(args.model.labels().map(|labels| ("holds the labels", labels.to_owned())));
    files.extend(args.temperature.file().map(|file| ("holds the temperature", file.to_owned())));
    files
}

/// Tells the user that input is expected from the keyboard: usually the pipe was forgotten.
fn note_typing(args: &Args, console: &Console) {
    if let Some(what) = args.input.on_stdin().filter(|_| terminal::stdin_is_typed()) {
        console.note(format_args!("waiting for {what} on stdin; Ctrl-C ends it"));
    }
}

fn not_heard(error: &io::Error) -> anyhow::Error {
    let hint = error.hint().or_else(|| Some("higher limits (ulimit -u, ulimit -n)".to_owned()));
    Failure::error(format_args!("cannot listen to signals: {error}"), hint)
}

/// What is done before the process ends at once: the bar goes, and what there is of the output is named.
fn last_words(
    args: &Args,
    unfinished: &Path,
    report: &Report,
    console: &Console,
) -> impl FnOnce() + Send + 'static {
    let (words, useless) = args.output.sudden_end(unfinished);
    let (unfinished, bar, console) = (unfinished.to_owned(), report.bar(), console.clone());
    move || {
        if let Some(bar) = bar {
            bar.finish_and_clear();
        }
        // It may have got its name just now.
        if unfinished.exists() {
            console.note(words);
        }
        if let Some(path) = useless {
            let _ = std::fs::remove_file(path);
        }
    }
}

/// The report on a run, with a progress bar if answers neither show the progress themselves nor come to the terminal by
/// way of another program.
fn report<'a>(args: &Args, completed: usize, console: &'a Console) -> Report<'a> {
    let mut report = Report::new(console, args.output.format());
    if args.output.leaves_terminal_alone() {
        report.show_progress(args.input.count(), || args.input.for_counting(), completed);
    }
    report
}

/// Prints what would be labelled, and by which model.
fn dry_run(args: &Args, inputs: Inputs, console: &Console) -> Result<Exit> {
    console.note(format_args!("model {}", args.model.source()?));
    let mut completed = resume::completed(&args.output)?;
    note_typing(args, console);
    let mut output = Output::stdout();
    let mut has_failed = false;
    for input in inputs.filter(|input| !(completed.take(input.path()) && input.is_lasting())) {
        let path = input.path();
        if let Input::Unreadable { error, .. } = &input {
            let hint = error.hint.map(|hint| input_hint(hint, path));
            console.error(&format!("{}: {}", path.display(), error.message), hint.as_deref());
            has_failed = true;
            continue;
        }
        output.write_all(&[&path_for_stdout(path), args.output.path_terminator()].concat())?;
    }
    output.finish()?;
    Ok(Exit::of_inputs(has_failed, args.exit_zero))
}
