//! A comparison for scripts: one JSON object.

use std::io::{self, Write};

use serde::Serialize;

use super::comparison::{Comparison, Cost, Pair};
use super::reasons::reasons;
use crate::kernels::isa;

#[derive(Serialize)]
struct ComparisonJson<'a> {
    compare: &'static str,
    model: &'a str,
    alpha: Option<f64>,
    res: usize,
    batch: usize,
    threads: usize,
    isa: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    processor: Option<String>,
    #[serde(flatten)]
    whole: PairJson,
    layers: Vec<PairJson>,
    reasons: Vec<String>,
}

#[derive(Serialize)]
struct PairJson {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<[usize; 3]>,
    dense: CostJson,
    separable: CostJson,
    #[serde(skip_serializing_if = "Option::is_none")]
    depthwise: Option<CostJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pointwise: Option<CostJson>,
    mult_adds_ratio: f64,
    time_ratio: f64,
}

#[derive(Serialize)]
struct CostJson {
    mult_adds: usize,
    parameters: usize,
    ms: f64,
    gflops: Option<f64>,
}

pub(super) fn write(output: &mut impl Write, comparison: &Comparison) -> io::Result<()> {
    let row = &comparison.separable;
    let line = ComparisonJson {
        compare: "dense",
        model: &row.subject.name,
        alpha: row.subject.alpha,
        res: row.subject.resolution,
        batch: row.batch,
        threads: row.threads,
        isa: isa::active().name,
        processor: isa::processor_name(),
        whole: pair(&comparison.whole()),
        layers: comparison.pairs().iter().map(pair).collect(),
        reasons: reasons(comparison),
    };
    writeln!(output, "{}", serde_json::to_string(&line)?)
}

fn pair(pair: &Pair) -> PairJson {
    let if_any = |part: Cost| (part.mult_adds > 0).then(|| cost(part));
    PairJson {
        name: pair.name.clone(),
        output: pair.shape.map(|shape| [shape.h, shape.w, shape.c]),
        dense: cost(pair.dense),
        separable: cost(pair.separable),
        depthwise: if_any(pair.depthwise),
        pointwise: if_any(pair.pointwise),
        mult_adds_ratio: pair.mult_adds_ratio(),
        time_ratio: pair.time_ratio(),
    }
}

fn cost(cost: Cost) -> CostJson {
    CostJson { mult_adds: cost.mult_adds, parameters: cost.parameters, ms: cost.ms(), gflops: cost.gflops() }
}
