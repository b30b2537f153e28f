//! The answer for scripts: one JSON object, with every network and why it was chosen or not.

use std::io::{self, Write};

use serde::Serialize;

use super::networks::Measured;
use super::report::{Report, Timed};
use super::search::{Goal, Timing, Verdict};
use crate::kernels::isa;

#[derive(Serialize)]
struct ReportJson<'a> {
    goal: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_ms: Option<f64>,
    threads: usize,
    isa: &'static str,
    peak_gflops: Option<f64>,
    /// Null if no network is within the limits, or if all that are worth having were asked for.
    best: Option<NetworkJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    front: Option<Vec<NetworkJson<'a>>>,
    runners_up: Vec<NetworkJson<'a>>,
    /// Names of those whose time is so near the limit that the next measurement may be on its other side.
    near_limit: Vec<&'a str>,
    /// Whether other work on the machine made the times doubtful.
    disturbed: bool,
    timed: usize,
    candidates: Vec<CandidateJson<'a>>,
}

#[derive(Serialize)]
struct NetworkJson<'a> {
    name: &'a str,
    family: &'static str,
    alpha: Option<f64>,
    res: usize,
    top1: f64,
    /// If it was measured on photos of the user's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    top1_measured: Option<MeasuredJson>,
    ms: TimeJson,
    parameters: usize,
    mult_adds: usize,
    bytes: usize,
    command: String,
}

#[derive(Serialize)]
struct MeasuredJson {
    /// The 95 % interval, percent.
    low: f64,
    high: f64,
    answered: usize,
    failed: usize,
}

#[derive(Serialize)]
struct TimeJson {
    min: f64,
    p50: f64,
    runs: usize,
}

#[derive(Serialize)]
struct CandidateJson<'a> {
    name: &'a str,
    res: usize,
    top1: f64,
    mult_adds: usize,
    /// `best`, `timed`, `too_slow_at_peak`, `predicted_too_slow` or `cannot_win`.
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ms: Option<TimeJson>,
    /// At the peak, or if the prediction is too long by its margin.
    #[serde(skip_serializing_if = "Option::is_none")]
    at_least_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    predicted_ms: Option<f64>,
}

pub(super) fn write(output: &mut impl Write, report: &Report) -> io::Result<()> {
    let best = report.best();
    let mut best = best.iter().map(|one| network(report, one));
    let (goal, max_ms) = match report.goal {
        Goal::MostAccurate { max_ms } => ("most_accurate", Some(max_ms)),
        Goal::Fastest => ("fastest", None),
        Goal::Front => ("front", None),
    };
    let (best, front) =
        if report.goal == Goal::Front { (None, Some(best.collect())) } else { (best.next(), None) };
    let near = report.near_limit();
    let line = ReportJson {
        goal,
        max_ms,
        threads: report.threads,
        isa: isa::active().name,
        peak_gflops: report.peak.map(|peak| peak / 1e9),
        best,
        front,
        runners_up: report.runners_up().iter().map(|one| network(report, one)).collect(),
        near_limit: near.iter().map(|one| one.network.name.as_str()).collect(),
        disturbed: report.is_disturbed,
        timed: report.timed_count(),
        candidates: (0..report.networks.len()).map(|one| candidate(report, one)).collect(),
    };
    writeln!(output, "{}", serde_json::to_string(&line)?)
}

fn network<'a>(report: &Report, timed: &Timed<'a>) -> NetworkJson<'a> {
    let one = timed.network;
    NetworkJson {
        name: &one.name,
        family: one.family,
        alpha: one.alpha,
        res: one.res,
        top1: one.top1,
        top1_measured: one.measured.map(|Measured { low, high, answered, failed }| MeasuredJson {
            low,
            high,
            answered,
            failed,
        }),
        ms: time(timed.timing),
        parameters: one.parameters,
        mult_adds: one.mult_adds,
        bytes: one.bytes,
        command: report.command(one),
    }
}

fn time(timing: Timing) -> TimeJson {
    TimeJson { min: timing.min, p50: timing.median, runs: timing.runs }
}

fn candidate<'a>(report: &Report<'a>, index: usize) -> CandidateJson<'a> {
    let network = &report.networks[index];
    let verdict = report.search.verdict(index);
    let predicted = report.search.predicted(index).filter(|_| report.search.timing(index).is_none());
    CandidateJson {
        name: &network.name,
        res: network.res,
        top1: network.top1,
        mult_adds: network.mult_adds,
        verdict: match verdict {
            Verdict::Best => "best",
            Verdict::Timed => "timed",
            Verdict::Bound { .. } => "too_slow_at_peak",
            Verdict::Predicted(_) => "predicted_too_slow",
            Verdict::CannotWin => "cannot_win",
        },
        ms: report.search.timing(index).copied().map(time),
        at_least_ms: match verdict {
            Verdict::Bound { at_least_ms } => Some(at_least_ms),
            _ => predicted.map(|predicted| predicted.at_least_ms),
        },
        predicted_ms: predicted.map(|predicted| predicted.ms),
    }
}
