//! Made-up rows for the tests of tables, fronts and plots.

use std::time::Duration;

use super::measurement::Measurement;
use super::subject::Subject;
use crate::backend::Precision;
use crate::measure::Latencies;
use crate::models::Published;

/// A row of one picture on one thread: 100 runs around `ms`.
pub(super) fn row(name: &str, alpha: f64, resolution: usize, ms: f64, top1: Option<f64>) -> Measurement {
    let times = (0..100).map(|run| Duration::from_secs_f64(ms * (0.951 + 0.001 * f64::from(run)) / 1e3));
    Measurement {
        subject: Subject {
            name: name.to_owned(),
            label: format!("V1 {alpha:?}-{resolution}"),
            family: "MobileNetV1",
            alpha: Some(alpha),
            resolution,
            mult_adds: 100_000_000,
            parameters: 4_200_000,
            published: top1.map(|top1| Published { top1, checkpoint: None, source: "a paper" }),
        },
        precision: Precision::F32,
        batch: 1,
        threads: 1,
        latencies: Latencies::of(times.collect()),
        peak: Some(1e12),
        profile: None,
    }
}

/// Four rows; the second costs more than the third and is worth less.
pub(super) fn grid() -> [Measurement; 4] {
    [
        row("v1", 0.25, 128, 0.5, Some(41.5)),
        row("v1", 0.25, 224, 2.0, Some(49.8)),
        row("v1", 0.5, 128, 1.0, Some(56.3)),
        row("v1", 1.0, 224, 8.0, Some(70.9)),
    ]
}
