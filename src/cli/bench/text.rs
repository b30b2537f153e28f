//! Measurements as a table for people.

use std::io::{self, Write};

use super::measurement::Measurement;
use super::profile::{LayerStats, Profile};
use crate::measure::Latencies;
use crate::record::milliseconds;

pub(super) fn write_header(output: &mut impl Write) -> io::Result<()> {
    writeln!(
        output,
        "{:28} {:>5} {:>4} {:>5} {:>7} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>8} {:>7}",
        "model",
        "alpha",
        "res",
        "batch",
        "threads",
        "min ms",
        "p50",
        "p90",
        "p99",
        "images/s",
        "Mult-Adds",
        "GFLOP/s",
        "of peak"
    )
}

pub(super) fn write(output: &mut impl Write, row: &Measurement) -> io::Result<()> {
    let latencies = &row.latencies;
    writeln!(
        output,
        "{:28} {:>5} {:>4} {:>5} {:>7} {:>9.3} {:>9.3} {:>9} {:>9} {:>9.1} {:>9} {:>8.1} {:>7}",
        row.subject.name,
        row.subject.alpha.map_or_else(|| "-".into(), |alpha| format!("{alpha:?}")),
        row.subject.resolution,
        row.batch,
        row.threads,
        milliseconds(latencies.min()),
        milliseconds(latencies.percentile(50)),
        percentile(latencies, 90),
        percentile(latencies, 99),
        row.images_per_second(),
        millions(row.mult_adds()),
        row.rate() / 1e9,
        of_peak(row.rate(), row.peak),
    )?;
    match &row.profile {
        Some(profile) => write_profile(output, profile, row.peak),
        None => Ok(()),
    }
}

/// Every layer, then every kind of layer.
fn write_profile(output: &mut impl Write, profile: &Profile, peak: Option<f64>) -> io::Result<()> {
    let total = profile.total();
    for (title, parts) in [("layer", &profile.layers), ("kind", &profile.kinds())] {
        writeln!(
            output,
            "\n  {title:26} {:>13} {:>9} {:>7} {:>7} {:>9} {:>7} {:>8} {:>7}",
            "output", "Mult-Adds", "of all", "weights", "ms", "of all", "GFLOP/s", "of peak"
        )?;
        for part in parts {
            let shape = format!("{}x{}x{}", part.shape.h, part.shape.w, part.shape.c);
            write_part(output, part, if title == "layer" { &shape } else { "" }, &total, peak)?;
        }
    }
    write_part(output, &total, "", &total, peak)?;
    writeln!(output)
}

fn write_part(
    output: &mut impl Write,
    part: &LayerStats,
    shape: &str,
    total: &LayerStats,
    peak: Option<f64>,
) -> io::Result<()> {
    writeln!(
        output,
        "  {:26} {shape:>13} {:>9} {:>7} {:>7} {:>9.3} {:>7} {:>8.1} {:>7}",
        part.name,
        millions(part.mult_adds),
        percent(part.mult_adds as f64, total.mult_adds as f64),
        percent(part.parameters as f64, total.parameters as f64),
        milliseconds(part.time),
        percent(part.time.as_secs_f64(), total.time.as_secs_f64()),
        part.rate() / 1e9,
        of_peak(part.rate(), peak),
    )
}

/// The time in milliseconds; a dash where it would be the slowest of a few runs.
fn percentile(latencies: &Latencies, percent: usize) -> String {
    if latencies.resolves(percent) {
        format!("{:.3}", milliseconds(latencies.percentile(percent)))
    } else {
        "-".to_owned()
    }
}

fn of_peak(rate: f64, peak: Option<f64>) -> String {
    peak.map_or_else(|| "-".to_owned(), |peak| percent(rate, peak))
}

fn millions(count: usize) -> String {
    format!("{:.2} M", count as f64 / 1e6)
}

fn percent(part: f64, whole: f64) -> String {
    format!("{:.1} %", 100.0 * part / whole)
}
