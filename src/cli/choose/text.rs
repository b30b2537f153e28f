//! The answer for people: a table, and the command that runs the best. What it rests on is said on stderr.

use std::io::{self, Write};

use super::networks::{Measured, Network};
use super::report::{Report, Timed};
use super::search::{Goal, Timing};
use crate::cli::quantities::{counted, size};
use crate::cli::table::{Column, Table};
use crate::words::and_list;

/// A network in the table.
struct Row {
    network: Network,
    timing: Timing,
    beside: String,
}

const INTERVAL: &str = "95 % interval";
/// What another network costs and saves needs no title.
const BESIDE: &str = "";

/// All but the name. A narrow terminal keeps what the choice is about: time and accuracy.
const COLUMNS: &[Column<Row>] = &[
    Column { title: "res", width: 4, rank: 5, value: |row| row.network.res.to_string() },
    Column { title: "top-1", width: 7, rank: 6, value: |row| format!("{:.1} %", row.network.top1) },
    Column { title: "ms", width: 8, rank: 7, value: |row| milliseconds(row.timing.median) },
    Column { title: "params", width: 7, rank: 2, value: |row| millions(row.network.parameters, 2) },
    Column { title: "Mult-Adds", width: 10, rank: 1, value: |row| millions(row.network.mult_adds, 1) },
    Column { title: "size", width: 9, rank: 0, value: |row| size(row.network.bytes as u64) },
    Column { title: INTERVAL, width: 14, rank: 4, value: |row| interval(&row.network) },
    Column { title: BESIDE, width: 28, rank: 3, value: |row| row.beside.clone() },
];

/// The table: the best, then the runners-up, or the front. It has the columns that fit into `room` characters.
pub(super) fn write(output: &mut impl Write, report: &Report, room: usize) -> io::Result<()> {
    let best = report.best();
    let Some(first) = best.first() else { return Ok(()) };
    let others = report.runners_up();
    let rows = best.iter().chain(&others).map(|row| Row {
        network: row.network.clone(),
        timing: row.timing,
        beside: beside(row, first),
    });
    let rows: Vec<_> = rows.collect();
    write_table(output, &rows, report.goal, room)?;
    if report.goal != Goal::Front {
        writeln!(output, "\n{}", report.command(first.network))?;
    }
    Ok(())
}

fn write_table(output: &mut impl Write, rows: &[Row], goal: Goal, room: usize) -> io::Result<()> {
    let is_measured = rows.iter().any(|row| row.network.measured.is_some());
    let is_shown = |column: &&Column<Row>| match column.title {
        INTERVAL => is_measured,
        BESIDE => goal != Goal::Front,
        _ => true,
    };
    let name_width = rows.iter().map(|row| row.network.name.len()).max().unwrap_or_default();
    let table = Table::new(COLUMNS.iter().filter(is_shown), &[], name_width, room);
    table.header("name", output)?;
    rows.iter().try_for_each(|row| table.row(&row.network.name, row, output))
}

fn millions(count: usize, decimals: usize) -> String {
    format!("{:.decimals$} M", count as f64 / 1e6)
}

fn interval(network: &Network) -> String {
    let shown = |Measured { low, high, .. }| format!("{low:.1} to {high:.1} %");
    network.measured.map(shown).unwrap_or_default()
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
    let disturbed = report.is_disturbed.then(|| DISTURBED.to_owned());
    [counts(report)].into_iter().chain(disturbed).chain(near).chain(photos(report)).collect()
}

const DISTURBED: &str = "other work disturbs the times: run again on a quiet machine";

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

/// Four digits after the point below 0.1 ms, two below 100 ms, one above.
pub(super) fn milliseconds(ms: f64) -> String {
    if ms < 0.1 {
        format!("{ms:.4}")
    } else if ms < 100.0 {
        format!("{ms:.2}")
    } else {
        format!("{ms:.1}")
    }
}

#[cfg(test)]
mod tests {
    use super::super::search::Effort;
    use super::*;

    fn row(name: &str, beside: &str) -> Row {
        let network = Network::all().into_iter().find(|one| one.name == name).unwrap();
        let timing =
            Timing { min: 1.0, median: 2.345, interval: (2.0, 3.0), runs: 15, effort: Effort::Study };
        Row { network, timing, beside: beside.into() }
    }

    fn shown(rows: &[Row], goal: Goal, room: usize) -> String {
        let mut text = Vec::new();
        write_table(&mut text, rows, goal, room).unwrap();
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn a_narrow_table_keeps_time_and_accuracy() {
        let rows = [
            row("mobilenet-v2-0.75-160", "best"),
            row("mobilenet-v2-0.35-96", "-0.9 points, 21 % less time"),
        ];
        let titles = |room: usize| -> Vec<String> {
            let text = shown(&rows, Goal::Fastest, room);
            assert!(text.lines().all(|line| line.chars().count() <= room), "{text}");
            text.lines().next().unwrap().split_whitespace().map(str::to_owned).collect()
        };
        assert_eq!(titles(200), ["name", "res", "top-1", "ms", "params", "Mult-Adds", "size"]);
        assert_eq!(titles(80), ["name", "res", "top-1", "ms", "params"]);
        assert_eq!(titles(79), ["name", "res", "top-1", "ms"]);
        assert_eq!(titles(44), ["name", "res", "top-1", "ms"]);
        assert_eq!(titles(40), ["name", "top-1", "ms"]);
        let text = shown(&rows, Goal::Fastest, 80);
        assert!(text.contains("  best\n") && text.contains("  -0.9 points, 21 % less time\n"), "{text}");
        assert!(!shown(&rows, Goal::Front, 200).contains("best"), "a front has none");
    }

    #[test]
    fn photos_of_ones_own_have_an_interval() {
        let mut rows = [row("mobilenet-v2-0.35-96", "best")];
        assert!(!shown(&rows, Goal::Fastest, 200).contains(INTERVAL));
        rows[0].network.measured = Some(Measured { low: 9.5, high: 90.5, answered: 2, failed: 0 });
        let text = shown(&rows, Goal::Fastest, 200);
        assert!(text.contains(INTERVAL) && text.contains(" 9.5 to 90.5 %  "), "{text}");
    }

    #[test]
    fn times_have_the_digits_that_matter() {
        assert_eq!([0.01234, 0.1, 99.994, 100.0].map(milliseconds), ["0.0123", "0.10", "99.99", "100.0"]);
    }
}
