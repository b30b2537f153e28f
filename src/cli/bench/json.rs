//! Measurements for scripts: one JSON object a line.

use std::io::{self, Write};
use std::time::Duration;

use serde::Serialize;

use super::measurement::Measurement;
use super::profile::Part;
use crate::kernels::isa;

#[derive(Serialize)]
struct MeasurementJson<'a> {
    model: &'a str,
    alpha: Option<f64>,
    res: usize,
    batch: usize,
    threads: usize,
    isa: &'static str,
    runs: usize,
    ms: LatencyJson,
    images_per_second: f64,
    mult_adds: usize,
    gflops: f64,
    peak_gflops: f64,
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
    let percentile = |percent| millis(latencies.percentile(percent));
    let line = MeasurementJson {
        model: &row.model.name,
        alpha: row.model.alpha,
        res: row.resolution,
        batch: row.batch,
        threads: row.threads,
        isa: isa::active().name,
        runs: latencies.runs(),
        ms: LatencyJson {
            min: millis(latencies.min()),
            mean: millis(latencies.mean()),
            p50: percentile(50),
            p90: percentile(90),
            p99: percentile(99),
        },
        images_per_second: row.images_per_second(),
        mult_adds: row.mult_adds(),
        gflops: row.rate() / 1e9,
        peak_gflops: row.peak / 1e9,
        profile: row.profile.as_ref().map(|profile| ProfileJson {
            layers: profile.layers.iter().map(|part| layer(part, true)).collect(),
            kinds: profile.kinds().iter().map(|part| layer(part, false)).collect(),
        }),
    };
    writeln!(output, "{}", serde_json::to_string(&line)?)
}

fn layer(part: &Part, with_shape: bool) -> LayerJson {
    LayerJson {
        name: part.name.clone(),
        kind: part.kind,
        output: with_shape.then_some([part.shape.h, part.shape.w, part.shape.c]),
        mult_adds: part.mult_adds,
        parameters: part.parameters,
        ms: millis(part.time),
        gflops: part.rate() / 1e9,
    }
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
