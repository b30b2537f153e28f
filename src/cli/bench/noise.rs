//! What makes the figures of a row doubtful, said on stderr.

use super::measurement::Measurement;
use crate::measure::needed_runs;
use crate::record::milliseconds;
use crate::words::and_list;

/// The percentiles that are printed and that need several runs.
const PERCENTILES: [usize; 2] = [90, 99];

/// One sentence for each doubt.
pub(super) fn notes(row: &Measurement) -> Vec<String> {
    let doubts = [outliers(row), few_runs(row), peak(row), profile(row)];
    let name = format!("{} at {} px", row.subject.name, row.subject.resolution);
    doubts.into_iter().flatten().map(|doubt| format!("{name}: {doubt}")).collect()
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
