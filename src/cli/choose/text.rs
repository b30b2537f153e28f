//! The answer for people: a table, and the command that runs the best. What it rests on is said on stderr.

use std::io::{self, Write};

use super::networks::Measured;
use super::report::{Report, Timed};
use super::search::Goal;
use crate::cli::quantities::{counted, size};
use crate::words::and_list;

/// The table: the best, then the runners-up, or the front.
pub(super) fn write(output: &mut impl Write, report: &Report) -> io::Result<()> {
    let (best, others) = (report.best(), report.runners_up());
    let Some(first) = best.first() else { return Ok(()) };
    let rows = || best.iter().chain(&others);
    let width = rows().map(|row| row.network.name.len()).max().unwrap_or_default();
    let interval = if first.network.measured.is_some() { "  95 % interval" } else { "" };
    writeln!(output, "{:width$}  res   top-1       ms   params  Mult-Adds      size{interval}", "name")?;
    for row in rows() {
        let Timed { network, timing } = row;
        write!(
            output,
            "{:width$}  {:>3}  {:4.1} %  {:>7}  {:4.2} M  {:7.1} M  {:>8}",
            network.name,
            network.res,
            network.top1,
            milliseconds(timing.median),
            network.parameters as f64 / 1e6,
            network.mult_adds as f64 / 1e6,
            size(network.bytes as u64),
        )?;
        if let Some(Measured { low, high, .. }) = network.measured {
            write!(output, "  {:>13}", format!("{low:.1} to {high:.1} %"))?;
        }
        if report.goal != Goal::Front {
            write!(output, "  {}", beside(row, first))?;
        }
        writeln!(output)?;
    }
    if report.goal != Goal::Front {
        writeln!(output, "\n{}", report.command(first.network))?;
    }
    Ok(())
}

/// `best`, or what another network costs and saves: `-0.3 points, 21 % less time`.
fn beside(row: &Timed, best: &Timed) -> String {
    let points = row.network.top1 - best.network.top1;
    let percent = 100.0 * (row.timing.median / best.timing.median - 1.0);
    let more = if percent < 0.0 { "less" } else { "more" };
    if std::ptr::eq(row.network, best.network) {
        "best".to_owned()
    } else {
        format!("{points:+.1} points, {:.0} % {more} time", percent.abs())
    }
}

/// What was timed, what was not, and what is doubtful, a sentence each.
pub(super) fn notes(report: &Report) -> Vec<String> {
    let near = report.near_limit().into_iter().map(|row| {
        let Goal::MostAccurate { max_ms } = report.goal else { unreachable!("only there is a limit") };
        let (time, side) = (milliseconds(row.timing.median), row.timing.median <= max_ms);
        let side = if side { "just within" } else { "just over" };
        format!(
            "{} took {time} ms of {max_ms}, {side} the limit: measure again on a quiet machine: {}",
            row.network.name,
            report.bench(row.network)
        )
    });
    [counts(report)].into_iter().chain(near).chain(photos(report)).collect()
}

/// What accuracies of the user's own photos rest on.
fn photos(report: &Report) -> Option<String> {
    let Measured { answered, failed, .. } = report.networks.iter().find_map(|one| one.measured)?;
    let failed =
        if failed > 0 { format!("; {} without an answer", counted(failed, "photo")) } else { String::new() };
    Some(format!(
        "top-1 is that on {}{failed}: whether two networks differ by more than chance, mnet eval says",
        counted(answered, "photo")
    ))
}

/// `9 of 62 networks were timed; 20 are too slow at the peak of this processor, 236 GFLOP/s`
fn counts(report: &Report) -> String {
    let (untimed, all) = (report.untimed(), report.networks.len());
    let peak = report.peak.map(|peak| format!(", {:.0} GFLOP/s", peak / 1e9)).unwrap_or_default();
    let too_slow = match report.goal {
        Goal::MostAccurate { .. } => "too slow",
        Goal::Fastest => "slower than the best",
        Goal::Front => "slower than one at least as accurate",
    };
    let reasons = [
        (untimed.bound, format!("{too_slow} even at the peak of this processor{peak}")),
        (untimed.predicted, format!("predicted to be {too_slow}")),
        (untimed.cannot_win, "less accurate than the best".to_owned()),
    ];
    let reasons = reasons.into_iter().filter(|(count, _)| *count > 0);
    let reasons: Vec<_> = reasons.map(|(count, reason)| format!("{count} are {reason}")).collect();
    let reasons = if reasons.is_empty() { String::new() } else { format!("; {}", and_list(reasons)) };
    let verb = if report.timed_count() == 1 { "was" } else { "were" };
    format!("{} of {} {verb} timed{reasons}", report.timed_count(), counted(all, "network"))
}

/// Three digits, or two after the point.
pub(super) fn milliseconds(ms: f64) -> String {
    if ms < 0.1 {
        format!("{ms:.4}")
    } else if ms < 100.0 {
        format!("{ms:.2}")
    } else {
        format!("{ms:.1}")
    }
}
