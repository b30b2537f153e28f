//! Measurements for spreadsheets and data frames: a line per row, in the units of the JSON.

use std::io::{self, Write};

use super::columns::p50_ms;
use super::measurement::Measurement;
use crate::measure::Latencies;
use crate::record::milliseconds;

type Value = fn(&Measurement) -> String;

/// The columns before `on_front`; a value that does not exist is empty.
const COLUMNS: &[(&str, Value)] = &[
    ("model", |row| row.subject.name.clone()),
    ("alpha", |row| or_empty(row.subject.alpha)),
    ("res", |row| row.subject.resolution.to_string()),
    ("batch", |row| row.batch.to_string()),
    ("threads", |row| row.threads.to_string()),
    ("precision", |row| row.precision.to_string()),
    ("isa", |row| or_empty(row.precision.instruction_set())),
    ("runs", |row| row.latencies.runs().to_string()),
    ("outliers", |row| row.latencies.outliers().to_string()),
    ("min_ms", |row| milliseconds(row.latencies.min()).to_string()),
    ("mean_ms", |row| milliseconds(row.latencies.mean()).to_string()),
    ("p50_ms", |row| p50_ms(row).to_string()),
    ("p90_ms", |row| percentile(&row.latencies, 90)),
    ("p99_ms", |row| percentile(&row.latencies, 99)),
    ("max_ms", |row| milliseconds(row.latencies.max()).to_string()),
    ("images_per_second", |row| row.images_per_second().to_string()),
    ("mult_adds", |row| row.mult_adds().to_string()),
    ("parameters", |row| row.subject.parameters.to_string()),
    ("gflops", |row| (row.rate() / 1e9).to_string()),
    ("peak_gflops", |row| or_empty(row.peak.map(|peak| peak / 1e9))),
    ("top1", |row| or_empty(row.top1())),
    ("top1_source", |row| or_empty(row.subject.published.as_ref().map(|published| published.source))),
];

/// Writes the header and all rows.
pub(super) fn write(
    output: &mut impl Write,
    rows: &[Measurement],
    fronts: &[Option<bool>],
) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(output);
    table.write_record(COLUMNS.iter().map(|(name, _)| *name).chain(["on_front"]))?;
    for (row, on_front) in rows.iter().zip(fronts) {
        let values = COLUMNS.iter().map(|(_, value)| value(row));
        table.write_record(values.chain([or_empty(*on_front)]))?;
    }
    table.flush()
}

/// A percentile that is only the slowest of a few runs is left out.
fn percentile(latencies: &Latencies, percent: usize) -> String {
    or_empty(latencies.resolves(percent).then(|| milliseconds(latencies.percentile(percent))))
}

fn or_empty(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::example::row;
    use super::*;

    #[test]
    fn a_value_that_does_not_exist_is_empty() {
        let mut rows = [row("runs/a,b", 0.25, 128, 2.0, None)];
        rows[0].subject.alpha = None;
        rows[0].latencies = Latencies::of(vec![std::time::Duration::from_millis(2)]);
        let mut text = Vec::new();
        write(&mut text, &rows, &[None]).unwrap();
        let mut table = csv::Reader::from_reader(&*text);
        let names = table.headers().unwrap().clone();
        let values = table.records().next().unwrap().unwrap();
        let value = |name: &str| values[names.iter().position(|other| other == name).unwrap()].to_owned();
        assert_eq!(["model", "res", "p50_ms", "gflops"].map(value), ["runs/a,b", "128", "2", "100"]);
        let without = ["alpha", "p90_ms", "p99_ms", "top1", "top1_source", "on_front"];
        assert_eq!(without.map(value), [""; 6]);
    }
}
