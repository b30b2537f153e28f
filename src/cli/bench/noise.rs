//! What makes the figures of a row doubtful, said on stderr.

use super::measurement::Measurement;
use crate::cli::quantities::counted;
use crate::measure::{Latencies, needed_runs};
use crate::record::milliseconds;
use crate::words::and_list;

/// The percentiles that are printed and that need several runs.
const PERCENTILES: [usize; 2] = [90, 99];

/// Of fewer runs, a slow one says nothing about the machine.
const FEWEST: usize = 10;

/// One sentence for each doubt.
pub(super) fn notes(row: &Measurement) -> Vec<String> {
    let doubts = [outliers(&row.latencies), few_runs(row), peak(row), profile(row)];
    let name = name(row);
    doubts.into_iter().flatten().map(|doubt| format!("{name}: {doubt}")).collect()
}

/// What the row is of, in the order of its columns.
fn name(row: &Measurement) -> String {
    let alpha = row.model.alpha.map(|alpha| format!(" {alpha:?}")).unwrap_or_default();
    let batch = if row.batch > 1 { format!(", batch {}", row.batch) } else { String::new() };
    format!("{}{alpha} at {} px{batch}, {}", row.model.name, row.resolution, counted(row.threads, "thread"))
}

fn outliers(latencies: &Latencies) -> Option<String> {
    let (outliers, runs) = (latencies.outliers(), latencies.runs());
    let (slowest, median) = (milliseconds(latencies.max()), milliseconds(latencies.percentile(50)));
    (outliers > 0 && runs >= FEWEST).then(|| {
        format!(
            "{outliers} of {runs} runs took over twice the median of {median:.1} ms, up to {slowest:.1} ms: other work may \
             disturb the figures"
        )
    })
}

/// Too few for a percentile to be anything but the slowest run.
fn few_runs(row: &Measurement) -> Option<String> {
    let runs = row.latencies.runs();
    let missing: Vec<_> =
        PERCENTILES.into_iter().filter(|percent| !row.latencies.resolves(*percent)).collect();
    let needed = needed_runs(*missing.last()?);
    // A little more, as no two runs take the same time.
    let seconds = (1.1 * needed as f64 * row.latencies.mean().as_secs_f64()).ceil();
    let names = and_list(missing.iter().map(|percent| format!("p{percent}")));
    let plural = if runs == 1 { "run is" } else { "runs are" };
    Some(format!("{runs} {plural} too few for {names}: --min-time {seconds} gives {needed}"))
}

fn peak(row: &Measurement) -> Option<String> {
    row.is_peak_doubtful().then(|| {
        "`of peak` is above 100 %: other work ran while the peak was measured, several times".to_owned()
    })
}

fn profile(row: &Measurement) -> Option<String> {
    let is_other = row.profile.is_some() && row.batch > 1;
    is_other.then(|| format!("the times of layers are those of one picture, not of {}", row.batch))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_slow_run_among_few_is_not_reported() {
        let runs = |count| {
            let fast = std::iter::repeat_n(Duration::from_millis(10), count - 1);
            outliers(&Latencies::of(fast.chain([Duration::from_millis(90)]).collect()))
        };
        assert_eq!(runs(FEWEST - 1), None);
        assert!(
            runs(FEWEST)
                .unwrap()
                .starts_with("1 of 10 runs took over twice the median of 10.0 ms, up to 90.0 ms")
        );
    }
}
