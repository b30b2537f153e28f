//! Rows for people.

use std::io::{self, Write};

use super::Row;
use super::profile::{Part, Profile};
use crate::record::milliseconds;

pub(super) fn header(output: &mut impl Write) -> io::Result<()> {
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

pub(super) fn row(output: &mut impl Write, row: &Row) -> io::Result<()> {
    let latencies = &row.latencies;
    writeln!(
        output,
        "{:28} {:>5} {:>4} {:>5} {:>7} {:>9.3} {:>9.3} {:>9.3} {:>9.3} {:>9.1} {:>9} {:>8.1} {:>7}",
        row.subject.name,
        row.subject.alpha.map_or_else(|| "-".into(), |alpha| format!("{alpha:?}")),
        row.resolution,
        row.batch,
        row.threads,
        milliseconds(latencies.min()),
        milliseconds(latencies.percentile(50)),
        milliseconds(latencies.percentile(90)),
        milliseconds(latencies.percentile(99)),
        row.images_per_second(),
        millions(row.mult_adds()),
        row.rate() / 1e9,
        percent(row.rate(), row.peak),
    )?;
    match &row.profile {
        Some(profile) => breakdown(output, profile, row.peak),
        None => Ok(()),
    }
}

/// Every layer, then every kind of layer.
fn breakdown(output: &mut impl Write, profile: &Profile, peak: f64) -> io::Result<()> {
    let total = profile.total();
    for (title, parts) in [("layer", &profile.layers), ("kind", &profile.kinds())] {
        writeln!(
            output,
            "\n  {title:26} {:>13} {:>9} {:>7} {:>7} {:>9} {:>7} {:>8} {:>7}",
            "output", "Mult-Adds", "of all", "weights", "ms", "of all", "GFLOP/s", "of peak"
        )?;
        for part in parts {
            let shape = format!("{}x{}x{}", part.shape.h, part.shape.w, part.shape.c);
            part_row(output, part, if title == "layer" { &shape } else { "" }, &total, peak)?;
        }
    }
    part_row(output, &total, "", &total, peak)?;
    writeln!(output)
}

fn part_row(output: &mut impl Write, part: &Part, shape: &str, total: &Part, peak: f64) -> io::Result<()> {
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
        percent(part.rate(), peak),
    )
}

/// `1, 2 and 4`
pub(super) fn list(values: &[usize]) -> String {
    let words: Vec<_> = values.iter().map(ToString::to_string).collect();
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => words.concat(),
    }
}

fn millions(count: usize) -> String {
    format!("{:.2} M", count as f64 / 1e6)
}

fn percent(part: f64, whole: f64) -> String {
    format!("{:.1} %", 100.0 * part / whole)
}
