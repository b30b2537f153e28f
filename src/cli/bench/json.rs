//! Measurements for scripts: one JSON object per line.

use std::io::{self, Write};

use serde::Serialize;

use super::measurement::Measurement;
use super::profile::LayerStats;
use crate::kernels::isa;
use crate::record::milliseconds;

#[derive(Serialize)]
struct MeasurementJson<'a> {
    model: &'a str,
    alpha: Option<f64>,
    res: usize,
    batch: usize,
    threads: usize,
    isa: &'static str,
    runs: usize,
    /// Runs that took more than twice the median.
    outliers: usize,
    ms: LatencyJson,
    images_per_second: f64,
    mult_adds: usize,
    gflops: f64,
    peak_gflops: Option<f64>,
    /// Whether a rate of this row is above the peak, which is then wrong.
    peak_is_doubtful: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    profile: Option<ProfileJson>,
}

#[derive(Serialize)]
struct LatencyJson {
    min: f64,
    mean: f64,
    p50: f64,
    p90: f64,
    p99: f64,
    max: f64,
    /// The percentiles that are the slowest run, because there are too few.
    unresolved: Vec<&'static str>,
}

#[derive(Serialize)]
struct ProfileJson {
    layers: Vec<LayerJson>,
    kinds: Vec<LayerJson>,
}

#[derive(Serialize)]
struct LayerJson {
    name: String,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<[usize; 3]>,
    mult_adds: usize,
    parameters: usize,
    ms: f64,
    gflops: f64,
}

pub(super) fn write(output: &mut impl Write, row: &Measurement) -> io::Result<()> {
    let latencies = &row.latencies;
    let percentile = |percent| milliseconds(latencies.percentile(percent));
    let line = MeasurementJson {
        model: &row.subject.name,
        alpha: row.subject.alpha,
        res: row.subject.resolution,
        batch: row.batch,
        threads: row.threads,
        isa: isa::active().name,
        runs: latencies.runs(),
        outliers: latencies.outliers(),
        ms: LatencyJson {
            min: milliseconds(latencies.min()),
            mean: milliseconds(latencies.mean()),
            p50: percentile(50),
            p90: percentile(90),
            p99: percentile(99),
            max: milliseconds(latencies.max()),
            unresolved: [("p90", 90), ("p99", 99)]
                .into_iter()
                .filter_map(|(name, percent)| (!latencies.resolves(percent)).then_some(name))
                .collect(),
        },
        images_per_second: row.images_per_second(),
        mult_adds: row.mult_adds(),
        gflops: row.rate() / 1e9,
        peak_gflops: row.peak.map(|peak| peak / 1e9),
        peak_is_doubtful: row.is_peak_doubtful(),
        profile: row.profile.as_ref().map(|profile| ProfileJson {
            layers: profile.layers.iter().map(|part| layer(part, true)).collect(),
            kinds: profile.kinds().iter().map(|part| layer(part, false)).collect(),
        }),
    };
    writeln!(output, "{}", serde_json::to_string(&line)?)
}

fn layer(part: &LayerStats, with_shape: bool) -> LayerJson {
    LayerJson {
        name: part.name.clone(),
        kind: part.kind,
        output: with_shape.then_some([part.shape.h, part.shape.w, part.shape.c]),
        mult_adds: part.mult_adds,
        parameters: part.parameters,
        ms: milliseconds(part.time),
        gflops: part.rate() / 1e9,
    }
}
