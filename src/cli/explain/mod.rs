//! `mnet explain`: what in a photo speaks for a class.

mod classes;
mod destination;
mod figure;
mod json;
mod numbers;
mod sheet;
mod subject;
mod view;
mod writer;

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;

use super::console::Failure;
use super::eval::grid_flags::GridFlags;
use super::exit::Exit;
use super::hint::Hint;
use super::input_flags::InputFlags;
use super::limits::memory::Room;
use super::outputs::report::Report;
use super::plot_flags::Theme;
use super::preprocess_flags::PreprocessFlags;
use super::running_flags::RunningFlags;
use super::session::Session;
use super::terminal;
use super::threads;
use super::values::{count, resolution, size};
use crate::inputs::ReadAhead;
use crate::pipeline::Pictures;
use destination::Destination;
use subject::Subject;
use view::Painter;
use writer::Writer;

/// Show what in a photo speaks for a class
///
/// Draws the class activation map of the best class, or of the classes of --class, over the photo: what each part adds to the class's
/// logit, or takes from it. docs/explain.md says what such a map tells, and what it does not.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES, override_usage = "mnet explain [OPTIONS] PATH...")]
pub(super) struct Args {
    #[command(flatten)]
    input: InputFlags,
    /// Classes to explain, side by side; else the best one
    ///
    /// Each is a name, one of its comma-separated names, a WordNet id, an index, or a range such as 151-268 or a group such as @dog,
    /// whose classes are explained as one. It takes all words up to the next flag, so put paths before it.
    #[arg(long, value_name = "LABEL", num_args = 1.., help_heading = "Selection")]
    class: Vec<String>,

    #[command(flatten)]
    grid: GridFlags,

    #[command(flatten)]
    preprocess: PreprocessFlags,
    /// Draw it: FILE.png or .svg, FILE.html of many, or a folder
    ///
    /// The ending says which. An HTML file is a contact sheet with everything in it; in a folder, each photo gets a PNG file, a/b.jpg.png
    /// for a/b.jpg, and -r does not search that folder; - is a PNG file on stdout. A file that exists is replaced only if mnet drew it.
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    output: Option<PathBuf>,
    /// Print the numbers: a JSON object per photo and class
    #[arg(long, help_heading = "Output")]
    json: bool,
    /// Width of each map, px
    ///
    /// By default 960 for one, 800 for each of two and 640 for each of more; 320 in a contact sheet. A photo that is higher than 5/4 of its
    /// width gets less.
    #[arg(long, value_name = "PX", value_parser = resolution, requires = "output", help_heading = "Output", hide_short_help = true)]
    width: Option<usize>,
    /// The page that the drawing is for; else light
    #[arg(
        long,
        value_name = "THEME",
        value_enum,
        requires = "output",
        help_heading = "Output",
        hide_short_help = true
    )]
    theme: Option<Theme>,
    /// CPU threads; by default all of this process
    ///
    /// Of many photos each thread takes one at a time. [env: RAYON_NUM_THREADS]
    #[arg(short = 'j', long, value_name = "N", value_parser = count, help_heading = "Running")]
    threads: Option<usize>,
    /// Memory for decoded pictures, such as 512M or 2G
    ///
    /// For those that are decoded at a time; by default half of what this process may still use.
    #[arg(long, value_name = "SIZE", value_parser = size, help_heading = "Running", hide_short_help = true)]
    memory: Option<u64>,
    /// Exit with 0 even if some photos fail
    #[arg(long, help_heading = "Running", hide_short_help = true)]
    exit_zero: bool,
}

const EXAMPLES: &str = "\
Examples:
  What the best class rests on:
      mnet explain photo.jpg -o map.png
  Three classes side by side:
      mnet explain photo.jpg -o map.png --class tabby 'tiger cat' 'Egyptian cat'
  All breeds of dogs as one:
      mnet explain photo.jpg -o map.png --class @dog
  Two networks, each with its own best class:
      mnet explain photo.jpg -o map.svg --model builtin,v3-large
  A contact sheet of a folder:
      mnet explain -r photos/ -o sheet.html
  The map as numbers:
      mnet explain photo.jpg --json | jq -c '.map[]'

Colours:
  Yellow and red speak for the class, blue against it, and black says nothing. The legend has the values: the mean of the map is the \
logit without its bias. All maps of one network share a scale. What is faded lies outside of the network's input.

Exit status:
  0  Every photo is explained
  1  Some photos failed; the others are done (0 with --exit-zero)
  2  Nothing was done: wrong usage, no such model, class or file
  130  Ended by Ctrl-C; other signals: 128 and their number";

pub(super) fn run(args: &Args, session: &Session) -> Result<Exit> {
    let console = session.console();
    args.grid.check()?;
    let destination = Destination::of(args)?;
    let inputs = destination.left_out_of(args.input.inputs()?);
    RunningFlags::with_threads(args.threads).start_threads(console)?;
    let mut subjects = vec![];
    for flags in args.grid.all() {
        let classifier = session.classifier(&flags, &args.preprocess)?;
        subjects.push(Subject::new(classifier, &args.class)?);
    }
    let stop = session.stop().map_err(|error| {
        let hint = error.hint().or_else(|| Some("higher limits (ulimit -u, ulimit -n)".to_owned()));
        Failure::error(format_args!("cannot listen to signals: {error}"), hint)
    })?;
    stop.begin_run();
    let format = if args.json { json::format() } else { &crate::sink::PATHS };
    let mut report = Report::new(console, format);
    if !(args.json && terminal::stdout_columns().is_some()) {
        report.show_progress(
            args.input.count(),
            || Some(destination.left_out_of(args.input.for_counting()?)),
            0,
        );
    }
    if let Some(bar) = report.bar() {
        stop.before_sudden_end(move || bar.finish_and_clear());
    }
    if let Some(what) = args.input.on_stdin().filter(|_| terminal::stdin_is_typed()) {
        console.note(format_args!("waiting for {what} on stdin; Ctrl-C ends it"));
    }
    if args.theme.is_some() && matches!(destination, Destination::Sheet(_)) {
        console.note("--theme has no effect on a contact sheet, which follows the theme of its reader");
    }
    let theme = args.theme.unwrap_or_default().into();
    let painter = Painter::new(&destination, args.width, theme);
    let mut writer = Writer::new(&destination, args, &subjects, report)?;
    let inputs =
        ReadAhead::new(inputs, Arc::clone(stop.flag())).map_err(|error| threads::not_started(1, &error))?;
    let threads = rayon::current_num_threads();
    let workers = if args.input.count().is_some_and(|count| count < threads) { 1 } else { threads };
    let decode = args.input.decode();
    let memory = args.memory.unwrap_or_else(|| Room::now().for_pictures());
    // Of several networks, the one that needs the most of a photo.
    let demand = |subject: &&Subject| subject.classifier.preprocess().least_side().unwrap_or(u32::MAX);
    let largest = subjects.iter().max_by_key(demand).unwrap_or(&subjects[0]);
    let pictures = Pictures::new(&largest.classifier, decode.options(), decode.is_draft(), memory, workers);
    let outcome = pictures.run(
        inputs,
        stop.flag(),
        |path, picture, took| painter.explain(&subjects, path, &picture, took),
        |path, outcome| writer.write(path, outcome).inspect_err(|_| stop.ask()),
    );
    let counts = writer.finish(outcome, stop.is_asked())?;
    if let Some(signal) = stop.signal() {
        console.note(format_args!("{}: {}", super::signals::reason(Some(signal)), counts.done()));
        return Ok(Exit::Interrupted(signal));
    }
    if counts.photos == 0 {
        console.note("no pictures found");
    }
    Ok(Exit::of_inputs(counts.failed > 0, args.exit_zero))
}
