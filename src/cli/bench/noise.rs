//! What makes the figures of a row doubtful, said on stderr.

use super::measurement::Measurement;
use crate::measure::needed_runs;
use crate::record::milliseconds;
use crate::words::and_list;

/// The percentiles that are printed and that need several runs.
const PERCENTILES: [usize; 2] = [90, 99];

/// One sentence for each doubt about a row.
pub(super) fn notes(row: &Measurement) -> Vec<String> {
    let doubts = [outliers(row), peak(row), profile(row)];
    doubts.into_iter().flatten().map(|doubt| format!("{}: {doubt}", name(row))).collect()
}

fn name(row: &Measurement) -> String {
    format!("{} at {} px", row.subject.name, row.subject.resolution)
}

fn outliers(row: &Measurement) -> Option<String> {
    let (outliers, runs) = (row.latencies.outliers(), row.latencies.runs());
    let slowest = milliseconds(row.latencies.max());
    let median = milliseconds(row.latencies.percentile(50));
    (outliers > 0).then(|| {
        format!(
            "{outliers} of {runs} runs took over twice the median of {median:.1} ms, up to {slowest:.1} ms: other work may \
             disturb the figures"
        )
    })
}

/// One sentence on all rows with too few runs for a percentile to be anything but the slowest of them.
pub(super) fn few_runs(rows: &[Measurement]) -> Option<String> {
    let is_missing = |percent: usize| move |row: &&Measurement| !row.latencies.resolves(percent);
    let missing: Vec<_> =
        PERCENTILES.into_iter().filter(|percent| rows.iter().any(|row| is_missing(*percent)(&row))).collect();
    let needed = needed_runs(*missing.last()?);
    let names = and_list(missing.iter().map(|percent| format!("p{percent}")));
    let few: Vec<_> = rows.iter().filter(is_missing(*missing.last()?)).collect();
    let slowest = few.iter().map(|row| row.latencies.mean().as_secs_f64()).fold(0.0, f64::max);
    // A little more, as no two runs take the same time.
    let seconds = (1.1 * needed as f64 * slowest).ceil();
    Some(match few[..] {
        [row] => {
            let runs = row.latencies.runs();
            let plural = if runs == 1 { "run is" } else { "runs are" };
            format!("{}: {runs} {plural} too few for {names}: --min-time {seconds} gives {needed}", name(row))
        }
        _ => format!(
            "{} rows have too few runs for {names}: --min-time {seconds} gives {needed} to each",
            few.len()
        ),
    })
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

    use super::super::example::row;
    use super::*;
    use crate::measure::Latencies;

    fn with_runs(count: usize) -> Measurement {
        let latencies = Latencies::of(vec![Duration::from_millis(50); count]);
        Measurement { latencies, ..row("v1", 0.5, 128, 1.0, None) }
    }

    #[test]
    fn one_sentence_says_which_percentiles_need_more_runs() {
        assert_eq!(few_runs(&[with_runs(100)]), None);
        assert_eq!(
            few_runs(&[with_runs(20), with_runs(100)]).unwrap(),
            "v1 at 128 px: 20 runs are too few for p99: --min-time 6 gives 100"
        );
        assert_eq!(
            few_runs(&[with_runs(1), with_runs(20)]).unwrap(),
            "2 rows have too few runs for p90 and p99: --min-time 6 gives 100 to each"
        );
    }
}
