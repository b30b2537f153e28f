//! The columns of a row, for people.

use super::measurement::Measurement;
use crate::cli::table::Column;
use crate::measure::Latencies;
use crate::record::milliseconds;

/// Columns that have the same value in all rows, except those whose flag was given a list.
pub(super) const ALPHA: &str = "alpha";
pub(super) const BATCH: &str = "batch";
pub(super) const THREADS: &str = "threads";
pub(super) const PRECISION: &str = "precision";

/// All but the name. A new figure is a row here, a key in `json.rs` and a column in `csv.rs`.
pub(super) const COLUMNS: &[Column<Measurement>] = &[
    Column {
        title: ALPHA,
        width: 5,
        rank: 13,
        value: |row| or_dash(row.subject.alpha, |alpha| format!("{alpha:?}")),
    },
    Column { title: "res", width: 4, rank: 14, value: |row| row.subject.resolution.to_string() },
    Column { title: BATCH, width: 5, rank: 10, value: |row| row.batch.to_string() },
    Column { title: THREADS, width: 7, rank: 9, value: |row| row.threads.to_string() },
    Column { title: PRECISION, width: 9, rank: 5, value: |row| row.precision.to_string() },
    Column {
        title: "min ms",
        width: 8,
        rank: 3,
        value: |row| format!("{:.3}", milliseconds(row.latencies.min())),
    },
    Column { title: "p50", width: 8, rank: 15, value: |row| format!("{:.3}", p50_ms(row)) },
    Column { title: "p90", width: 8, rank: 7, value: |row| percentile(&row.latencies, 90) },
    Column { title: "p99", width: 8, rank: 2, value: |row| percentile(&row.latencies, 99) },
    Column { title: "images/s", width: 8, rank: 8, value: |row| format!("{:.1}", row.images_per_second()) },
    Column { title: "Mult-Adds", width: 9, rank: 11, value: |row| millions(row.mult_adds()) },
    Column { title: "params", width: 7, rank: 6, value: |row| millions(row.subject.parameters) },
    Column {
        title: "top-1",
        width: 6,
        rank: 12,
        value: |row| or_dash(row.top1(), |top1| format!("{top1:.1} %")),
    },
    Column { title: "GFLOP/s", width: 7, rank: 4, value: |row| format!("{:.1}", row.rate() / 1e9) },
    Column { title: "of peak", width: 7, rank: 1, value: |row| of_peak(row.rate(), row.peak) },
];

/// The median, in milliseconds.
pub(super) fn p50_ms(row: &Measurement) -> f64 {
    milliseconds(row.latencies.percentile(50))
}

/// The time in milliseconds; a dash where it would be the slowest of a few runs.
fn percentile(latencies: &Latencies, percent: usize) -> String {
    let time = latencies.resolves(percent).then(|| milliseconds(latencies.percentile(percent)));
    or_dash(time, |time| format!("{time:.3}"))
}

pub(super) fn of_peak(rate: f64, peak: Option<f64>) -> String {
    or_dash(peak, |peak| percent(rate, peak))
}

pub(super) fn millions(count: usize) -> String {
    format!("{:.2} M", count as f64 / 1e6)
}

pub(super) fn percent(part: f64, whole: f64) -> String {
    format!("{:.1} %", 100.0 * part / whole)
}

fn or_dash<T>(value: Option<T>, shown: impl FnOnce(T) -> String) -> String {
    value.map_or_else(|| "-".to_owned(), shown)
}
