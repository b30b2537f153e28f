//! Measures every row of a grid and reports it.

use std::io::{self, IsTerminal};

use anyhow::Result;
use candle_core::Device;

use super::args::Args;
use super::columns::{ALPHA, BATCH, PRECISION, THREADS};
use super::figure;
use super::grid::or_default;
use super::measurement::Measurement;
use super::model::BenchModel;
use super::noise;
use super::report::Report;
use super::row_bar::RowBar;
use super::setting::Setting;
use super::text::USUAL_WIDTH;
use crate::cli::console::Failure;
use crate::cli::exit::Exit;
use crate::cli::precision_flag::fallback;
use crate::cli::quantities::counted;
use crate::cli::session::Session;
use crate::cli::signals::Stop;
use crate::cli::{signals, terminal, threads};
use crate::record::Precision;
use crate::terminal_text::escape_controls;

/// A signal ended the measurement of a row.
#[derive(Debug, thiserror::Error)]
#[error("stopped by a signal")]
struct Stopped;

/// Measures all rows, or those before a signal or an error, and reports them.
pub(super) fn measure(
    args: &Args,
    models: &[BenchModel],
    device: &Device,
    all_threads: &[usize],
    session: &Session,
) -> Result<Exit> {
    let stop = session.stop().map_err(|error| threads::not_started(1, &error))?;
    stop.begin_run();
    let has_unit = device.is_cpu() && Precision::Bf16.instruction_set().is_some();
    if args.precision.contains(&Precision::Bf16) && !has_unit {
        session.console().note(fallback(device.is_cpu()));
    }
    let grid = args.res.len().max(1) * args.precision.len() * args.batch.len() * all_threads.len();
    let count = models.len() * grid;
    let mut report = report(args, models, all_threads);
    let mut output = io::stdout().lock();
    let bar = RowBar::new(session.console(), count, report.waits_for_all() || !output.is_terminal());
    if let Some(bar) = bar.handle() {
        stop.before_sudden_end(move || bar.finish_and_clear());
    }
    let outcome = each(args, models, device, all_threads, &stop, &bar, |row| {
        for note in noise::notes(&row) {
            bar.above(|| session.console().note(note));
        }
        Ok(report.add(row, &mut output)?)
    });
    bar.remove();
    let setting = Setting::new(device, &args.precision, all_threads);
    let rows = report.finish(&mut output, &setting)?;
    if let Some(note) = noise::few_runs(&rows) {
        session.console().note(note);
    }
    match outcome {
        Err(error) if error.is::<Stopped>() => {
            let plot = if args.plot.is_given() { "; no plot is drawn" } else { "" };
            let (reason, noun) = (signals::reason(stop.signal()), counted(count, "row"));
            session.console().note(format_args!("{reason} after {} of {noun}{plot}", rows.len()));
            Ok(stop.signal().map_or(Exit::Success, Exit::Interrupted))
        }
        Err(error) => Err(error),
        Ok(()) => {
            args.plot.write(|| figure::figure(&rows, &setting.machine))?;
            Ok(Exit::Success)
        }
    }
}

/// Refuses inputs that are larger than the memory for them, before anything is measured.
pub(super) fn require_memory(args: &Args, models: &[BenchModel]) -> Result<()> {
    for model in models {
        for resolution in or_default(&args.res) {
            let resolution = resolution.unwrap_or(model.resolution);
            args.batch.iter().try_for_each(|&batch| model.require_memory(batch, resolution))?;
        }
    }
    Ok(())
}

/// Refuses a plot without points before anything is measured.
pub(super) fn require_accuracy(args: &Args, models: &[BenchModel]) -> Result<()> {
    let is_known = |model: &BenchModel| {
        let mut resolutions = or_default(&args.res).into_iter().map(|side| side.unwrap_or(model.resolution));
        resolutions.any(|resolution| model.published(resolution).is_some())
    };
    if models.iter().any(is_known) {
        return Ok(());
    }
    let message = "no accuracy was published for any of these rows: the plot would be empty";
    let hint = "mnet bench --random-weights --model v1 --alpha 0.5,0.75,1.0 --res 128,224 --plot trade.svg";
    Err(Failure::error(message, Some(hint.into())))
}

/// Measures row after row.
fn each(
    args: &Args,
    models: &[BenchModel],
    device: &Device,
    all_threads: &[usize],
    stop: &Stop,
    bar: &RowBar,
    mut report: impl FnMut(Measurement) -> Result<()>,
) -> Result<()> {
    let stopped = || if stop.is_asked() { Err(Stopped.into()) } else { Ok(()) };
    for model in models {
        for &precision in &args.precision {
            let network = model.load(device, precision)?;
            for resolution in or_default(&args.res) {
                let resolution = resolution.unwrap_or(model.resolution);
                bar.begin(&model.at(resolution).label);
                for &batch in &args.batch {
                    let pixels = model.pixels(batch, resolution, device)?;
                    for &threads in all_threads {
                        stopped()?;
                        let (plan, with_profile) = (args.plan(), args.profile);
                        let row = Measurement::run_unless(
                            model,
                            &network,
                            &pixels,
                            threads,
                            plan,
                            with_profile,
                            stopped,
                        )?;
                        report(row)?;
                        bar.count();
                    }
                }
            }
        }
    }
    Ok(())
}

fn report(args: &Args, models: &[BenchModel], all_threads: &[usize]) -> Report {
    let names = models.iter().map(|model| escape_controls(&model.name).chars().count());
    let is_constant = [
        (ALPHA, args.alpha.is_empty()),
        (PRECISION, args.precision.len() == 1),
        (BATCH, args.batch.len() == 1),
        (THREADS, all_threads.len() == 1),
    ];
    let constant: Vec<_> = is_constant.into_iter().filter(|(_, is)| *is).map(|(title, _)| title).collect();
    let room = if io::stdout().is_terminal() { terminal::columns() } else { USUAL_WIDTH };
    Report::new(args.format(), &constant, names.max().unwrap_or_default().max("model".len()), room)
}
