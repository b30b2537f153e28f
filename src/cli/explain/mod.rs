//! `mnet explain`: shows which parts of a photo speak for a class.

mod args;
mod classes;
mod destination;
mod figure;
mod json;
mod numbers;
mod painter;
mod sheet;
mod subject;
mod view;
mod writer;

use std::sync::Arc;

use anyhow::Result;

use super::console::Failure;
use super::exit::Exit;
use super::hint::Hint;
use super::limits::memory::Room;
use super::outputs::kept;
use super::outputs::report::Report;
use super::running_flags::RunningFlags;
use super::session::Session;
use super::terminal;
use super::threads;
use crate::inputs::ReadAhead;
use crate::pipeline::Pictures;
use crate::predict::AllGroups;
pub(super) use args::Args;
use destination::Destination;
use painter::Painter;
use subject::Subject;
use writer::Writer;

pub(super) fn run(args: &Args, session: &Session) -> Result<Exit> {
    let console = session.console();
    args.grid.check()?;
    kept::check_names(&args.input.kept())?;
    if !args.json && !args.input.kept().is_empty() {
        console
            .note("--keep changes nothing here: drawings come without columns; numbers (--json) have them");
    }
    let destination = Destination::of(args)?;
    let inputs = destination.left_out_of(args.input.inputs()?);
    RunningFlags::with_threads(args.threads).start_threads(console)?;
    let mut subjects = vec![];
    for flags in args.grid.all() {
        let classifier = session.classifier(&flags, &args.preprocess)?;
        let is_used = args.class.iter().any(|word| word.starts_with('@'));
        let groups = if is_used || args.groups.file().is_some() {
            args.groups.named(classifier.labels())?
        } else {
            AllGroups::default()
        };
        if subjects.is_empty() {
            args.groups.note(&groups, is_used, "no --class asks", console);
        }
        subjects.push(Subject::new(classifier, &args.class, &groups)?);
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
    let mut writer = Writer::new(&destination, args, &subjects, inputs.unpaired(), report)?;
    let inputs =
        ReadAhead::new(inputs, Arc::clone(stop.flag())).map_err(|error| threads::not_started(1, &error))?;
    let threads = rayon::current_num_threads();
    let workers = if args.input.count().is_some_and(|count| count < threads) { 1 } else { threads };
    let decode = args.input.decode();
    let memory = args.memory.unwrap_or_else(|| Room::now().for_pictures());
    // Photos are decoded for the network that needs the highest resolution.
    let demand = |subject: &&Subject| subject.classifier.preprocess().least_side().unwrap_or(u32::MAX);
    let largest = subjects.iter().max_by_key(demand).unwrap_or(&subjects[0]);
    let pictures = Pictures::new(&largest.classifier, decode.options(), decode.is_draft(), memory, workers);
    let outcome = pictures.run(
        inputs,
        stop.flag(),
        |path, picture, took| painter.explain(&subjects, path, &picture, took),
        |path, kept, outcome| writer.write(path, kept, outcome).inspect_err(|_| stop.ask()),
    );
    let note = writer.note_of_kept();
    let counts = writer.finish(outcome, stop.is_asked())?;
    if let Some(note) = note {
        console.note(note);
    }
    if let Some(signal) = stop.signal() {
        console.note(format_args!("{}: {}", super::signals::reason(Some(signal)), counts.done()));
        return Ok(Exit::Interrupted(signal));
    }
    if counts.photos == 0 {
        console.note("no pictures found");
    }
    Ok(Exit::of_inputs(counts.failed > 0, args.exit_zero))
}
