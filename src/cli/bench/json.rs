//! Measurements for scripts: one JSON object per line. Keys are only ever added.

use std::io::{self, Write};

use serde::Serialize;

use super::measurement::Measurement;
use super::profile::LayerStats;
use crate::kernels::isa;
use crate::record::milliseconds;
use crate::terminal_text::escape_in_json;

#[derive(Serialize)]
struct MeasurementJson<'a> {
    model: &'a str,
    alpha: Option<f64>,
    res: usize,
    batch: usize,
    threads: usize,
    precision: &'static str,
    isa: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    processor: Option<String>,
    runs: usize,
    /// Runs that took more than twice the median.
    outliers: usize,
    ms: LatencyJson,
    images_per_second: f64,
    mult_adds: usize,
    parameters: usize,
    gflops: f64,
    peak_gflops: Option<f64>,
    /// Whether a rate of this row is above the peak, which is then wrong.
    peak_is_doubtful: bool,
    /// Published for this network at this resolution, percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    top1: Option<f64>,
    /// The checkpoint that has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    top1_checkpoint: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top1_source: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    on_front: Option<bool>,
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

/// Writes a row; `on_front` is `None` if no accuracy was published for it.
pub(super) fn write(output: &mut impl Write, row: &Measurement, on_front: Option<bool>) -> io::Result<()> {
    let latencies = &row.latencies;
    let percentile = |percent| milliseconds(latencies.percentile(percent));
    let published = row.subject.published.as_ref();
    let line = MeasurementJson {
        model: &row.subject.name,
        alpha: row.subject.alpha,
        res: row.subject.resolution,
        batch: row.batch,
        threads: row.threads,
        precision: row.precision.name(),
        isa: row.precision.instruction_set(),
        processor: isa::processor_name(),
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
        parameters: row.subject.parameters,
        gflops: row.rate() / 1e9,
        peak_gflops: row.peak.map(|peak| peak / 1e9),
        peak_is_doubtful: row.is_peak_doubtful(),
        top1: row.top1(),
        top1_checkpoint: published.and_then(|published| published.checkpoint.as_deref()),
        top1_source: published.map(|published| published.source),
        on_front,
        profile: row.profile.as_ref().map(|profile| ProfileJson {
            layers: profile.layers.iter().map(|part| layer(part, true)).collect(),
            kinds: profile.kinds().iter().map(|part| layer(part, false)).collect(),
        }),
    };
    writeln!(output, "{}", escape_in_json(&serde_json::to_string(&line)?))
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
