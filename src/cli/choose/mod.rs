//! `mnet choose`: the network of the catalogue that fits a budget, measured on this machine.

mod bar;
mod json;
mod limits;
mod networks;
mod noise;
mod own_data;
mod report;
mod search;
#[cfg(test)]
mod simulation;
mod text;
mod timer;

use std::io::{self, Write};

use anyhow::Result;

use super::command_line::{Arity, CommandLine};
use super::details;
use super::exit::Exit;
use super::session::Session;
use super::signals::Stop;
use super::terminal;
use super::threads;
use super::values::{count, milliseconds};
use crate::backend::device::DeviceChoice;
use crate::kernels::isa;
use crate::words::and_list;
use bar::SearchBar;
use limits::{LimitFlags, NoCandidate, Selected};
use networks::Network;
use own_data::{DataFlags, Outcome};
use report::Report;
use search::{Goal, Search};
use timer::Timer;

/// Find the network that fits a budget, by timing candidates here
///
/// With --max-ms, the most accurate that is fast enough on this machine; with --min-top1 alone, the fastest that is accurate enough;
/// with neither, all that are faster than every other of at least their accuracy.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Args {
    /// At most this long for one picture, milliseconds
    ///
    /// The median time of the network, from pixels to logits. Decoding and scaling a photo come on top of it; `mnet classify
    /// --timing` shows them.
    #[arg(long, value_name = "MS", value_parser = milliseconds, help_heading = "Limits")]
    max_ms: Option<f64>,
    #[command(flatten)]
    limits: LimitFlags,
    #[command(flatten)]
    data: DataFlags,
    /// Where to run: auto, cpu, cuda, cuda:N or metal
    #[arg(long, value_name = "DEVICE", default_value = "auto", help_heading = "Running")]
    device: DeviceChoice,
    /// CPU threads; by default all of this process
    ///
    /// As `mnet classify` uses them for one picture. [env: RAYON_NUM_THREADS]
    #[arg(short = 'j', long, value_name = "N", value_parser = count, help_heading = "Running")]
    threads: Option<usize>,
    /// Print one JSON object, with every candidate
    #[arg(long, help_heading = "Output")]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  The most accurate network that labels a photo in 5 ms here:
      mnet choose --max-ms 5
  The fastest with a top-1 of 75 % or more, on one thread:
      mnet choose --min-top1 75 --threads 1
  For a small device: few parameters and a small file:
      mnet choose --max-ms 20 --max-params 4M --max-size 16MB
  All that are worth having, of two families:
      mnet choose --family v3,v4
  By the accuracy on photos of your own, among networks that are in the cache:
      mnet choose --max-ms 5 --data photos/
  The command alone:
      mnet choose --max-ms 5 --json | jq -r .best.command

How it searches:
  Candidates are the checkpoints of `mnet models list` with a published top-1 accuracy on ImageNet-1k, at the resolution of their \
training and at a larger one that their authors tested. They are timed with random weights, so that nothing is downloaded: time \
depends on the shape of a network, not on its weights.

  Few are timed. Networks that would be too slow at the processor's peak of multiply-adds are left out. So are those that are \
predicted to be too slow from what was timed, by 25 % if one of the same kind and size was timed, 50 % if one of the same kind \
was, and 100 % otherwise. After three runs, one at twice the limit is given up; only those near the limit, and the best, run \
for a second.

Exit status:
  0  A network was found
  1  No network is within the limits; the closest are named, and with --json `best` is null
  2  Nothing was timed: wrong usage, no such family or device";

impl Args {
    fn goal(&self) -> Goal {
        match self.max_ms {
            Some(max_ms) => Goal::MostAccurate { max_ms },
            None if self.limits.least_top1().is_some() => Goal::Fastest,
            None => Goal::Front,
        }
    }

    /// The flags that a command needs to run as it was timed.
    fn running(&self) -> String {
        let line = CommandLine::of_process();
        let device = line.value(&["--device"]).map(|device| format!(" --device {device}"));
        let threads = self.threads.map(|threads| format!(" --threads {threads}"));
        [threads, device].into_iter().flatten().collect()
    }
}

pub(super) fn run(args: &Args, session: &Session) -> Result<Exit> {
    let console = session.console();
    let device = session.device(args.device)?;
    let data = args.data.read(session)?;
    let available = threads::available(console);
    let count = args.threads.unwrap_or(available);
    let selected = match args.limits.select(data.is_none())? {
        Ok(selected) => selected,
        Err(none) => return no_candidate(args, &none, count, session),
    };
    let Selected { mut networks, outside, less_accurate } = selected;
    if data.is_some() {
        networks = args.data.available(networks, session)?;
    }
    threads::start(count)?;
    if args.threads.is_none() {
        console.detail(details::thread_count(None, available, available));
    }
    console.note(format_args!("{}, {count} of {available} threads", isa::active().name));
    console.detail(format_args!(
        "{} candidates; {outside} are outside the limits, {less_accurate} are others with less accurate weights",
        networks.len()
    ));
    let mut timer = Timer::new(session, device.clone(), count, networks.len())?;
    let mut is_disturbed = false;
    if let Some(data) = &data {
        let fast = own_data::fast(networks, args.max_ms, &mut timer, session)?;
        networks = match own_data::evaluate(fast, data, args.device, session)? {
            Outcome::Interrupted(signal) => return Ok(Exit::Interrupted(signal)),
            Outcome::Done(networks) => match args.limits.accurate(&networks) {
                Ok(networks) => networks,
                Err(none) => return no_candidate(args, &none, count, session),
            },
        };
        is_disturbed = timer.is_disturbed();
        timer = Timer::new(session, device, count, networks.len())?;
    }
    let stop = session.stop()?;
    let Some(search) = search(args.goal(), &networks, &mut timer, &stop, session)? else {
        return Ok(Exit::Interrupted(stop.signal().unwrap_or_default()));
    };
    let peak = timer.peak().map(|peak| peak * 2e3);
    let report = Report {
        goal: args.goal(),
        networks: &networks,
        search,
        threads: count,
        running: args.running(),
        peak,
        is_disturbed: is_disturbed || timer.is_disturbed(),
    };
    let mut output = io::stdout().lock();
    if args.json {
        json::write(&mut output, &report)?;
    } else {
        text::write(&mut output, &report, terminal::stdout_columns().unwrap_or(usize::MAX))?;
    }
    output.flush()?;
    for note in text::notes(&report) {
        console.note(note);
    }
    if report.best().is_empty() {
        return Ok(too_slow(&report, args.limits.any(), session));
    }
    Ok(Exit::Success)
}

/// Times what the search asks for. `None` if `stop` was asked after photos were answered; before that, a signal ends the process.
fn search(
    goal: Goal,
    networks: &[Network],
    timer: &mut Timer,
    stop: &Stop,
    session: &Session,
) -> Result<Option<Search>> {
    let mut search = Search::new(Network::candidates(networks), goal, timer.peak());
    let bar = SearchBar::new(session, networks.len());
    while let Some(step) = search.next() {
        let network = &networks[step.candidate];
        bar.show(search.settled(), &network.name);
        let timing = timer.time(step.candidate, network, step.effort)?;
        search.record(step, timing, timer.peak());
        if stop.is_asked() {
            bar.interrupted(session.console());
            return Ok(None);
        }
    }
    Ok(Some(search))
}

/// What is known before anything runs excludes all.
fn no_candidate(args: &Args, none: &NoCandidate, threads: usize, session: &Session) -> Result<Exit> {
    if args.json {
        let (goal, running) = (args.goal(), args.running());
        let search = Search::new(vec![], goal, None);
        let report =
            Report { goal, networks: &[], search, threads, running, peak: None, is_disturbed: false };
        let mut output = io::stdout().lock();
        json::write(&mut output, &report)?;
        output.flush()?;
    }
    let closest = none.closest.iter().map(|one| {
        let (params, mult_adds) = (one.parameters as f64 / 1e6, one.mult_adds as f64 / 1e6);
        format!(
            "{} at {} px ({:.1} %, {params:.2} M parameters, {mult_adds:.1} M Mult-Adds)",
            one.name, one.res, one.top1
        )
    });
    let closest = and_list(closest);
    let closest = if closest.is_empty() { closest } else { format!("; the closest: {closest}") };
    session.console().error(&format!("{}{closest}", none.message), none.hint.as_deref());
    Ok(Exit::SomeFailed)
}

/// All candidates are slower than the limit.
fn too_slow(report: &Report, has_other_limits: bool, session: &Session) -> Exit {
    let Goal::MostAccurate { max_ms } = report.goal else { return Exit::SomeFailed };
    let closest = report.runners_up();
    let named = closest.iter().map(|one| {
        let ms = text::milliseconds(one.timing.median);
        format!("{} at {} px ({ms} ms, top-1 {:.1} %)", one.network.name, one.network.res, one.network.top1)
    });
    let others = if has_other_limits { " within the other limits" } else { "" };
    let message =
        format!("no network{others} takes at most {max_ms} ms here; the closest: {}", and_list(named));
    let line = CommandLine::of_process();
    let hint = closest.first().and_then(|one| {
        let enough = limits::round_up(one.timing.interval.1).to_string();
        let line = line.without(&["--max-ms"], Arity::One)?;
        line.with(&["--max-ms", &enough]).shown()
    });
    session.console().error(&message, hint.as_deref());
    Exit::SomeFailed
}
