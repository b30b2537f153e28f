//! Where the time goes: layer by layer, and by kind as in table 2 of the V1 paper.

use std::time::Duration;

use anyhow::{Context, Result};

use super::model::BenchModel;
use crate::backend::Network;
use crate::backend::cpu::LayerTimes;
use crate::backend::cpu::ops::Size;
use crate::measure::Plan;
use crate::models::Graph;
use crate::models::spec::{ConvKind, LayerPath, Part};

/// Cost and time of every layer.
#[derive(Clone, Debug)]
pub(super) struct Profile {
    pub layers: Vec<LayerStats>,
}

/// A layer, or all layers of a kind.
#[derive(Clone, Debug)]
pub(super) struct LayerStats {
    pub name: String,
    pub kind: &'static str,
    /// Of its output.
    pub shape: Size,
    pub mult_adds: usize,
    pub parameters: usize,
    pub time: Duration,
}

impl LayerStats {
    /// Operations per second.
    pub(super) fn rate(&self) -> f64 {
        2.0 * self.mult_adds as f64 / self.time.as_secs_f64().max(f64::MIN_POSITIVE)
    }
}

impl Profile {
    /// The median time of every layer over the planned runs.
    pub(super) fn measure(
        network: &Network,
        subject: &BenchModel,
        resolution: usize,
        plan: Plan,
    ) -> Result<Self> {
        let picture =
            subject.pixels(1, resolution, &candle_core::Device::Cpu)?.flatten_all()?.to_vec1::<f32>()?;
        let profile =
            || network.profile(&picture, (resolution, resolution)).context("no profile on this device");
        for _ in 0..plan.warm_up {
            profile()?;
        }
        let begin = std::time::Instant::now();
        let mut runs = vec![profile()?];
        while begin.elapsed() < plan.min_time {
            runs.push(profile()?);
        }
        Ok(Self { layers: parts(&subject.architecture.graph, resolution, &runs) })
    }

    /// The whole of it.
    pub(super) fn total(&self) -> LayerStats {
        let whole = LayerStats { name: "all".into(), kind: "all", ..self.layers[0].clone() };
        sum(whole, self.layers.iter())
    }

    /// Sums by kind, in the order of their first layers.
    pub(super) fn kinds(&self) -> Vec<LayerStats> {
        let mut kinds: Vec<&'static str> = Vec::new();
        for part in &self.layers {
            if !kinds.contains(&part.kind) {
                kinds.push(part.kind);
            }
        }
        let of = |kind| self.layers.iter().filter(move |part| part.kind == kind);
        let total = |kind: &'static str| {
            of(kind).next().map(|first| sum(LayerStats { name: kind.into(), ..first.clone() }, of(kind)))
        };
        kinds.into_iter().filter_map(total).collect()
    }
}

fn sum<'a>(mut into: LayerStats, parts: impl Iterator<Item = &'a LayerStats>) -> LayerStats {
    (into.mult_adds, into.parameters, into.time) = (0, 0, Duration::ZERO);
    for part in parts {
        into.mult_adds += part.mult_adds;
        into.parameters += part.parameters;
        into.time += part.time;
    }
    into
}

/// Layers, pooling and classifier.
fn parts(graph: &Graph, resolution: usize, runs: &[LayerTimes]) -> Vec<LayerStats> {
    let costs = graph.costs(resolution);
    let layers = graph.layers().zip(costs.layers()).enumerate();
    let mut parts: Vec<_> = layers
        .map(|(index, ((path, conv), (_, cost)))| LayerStats {
            name: path.to_string(),
            kind: kind(path, conv.kind),
            shape: Size { h: cost.side, w: cost.side, c: conv.out_channels },
            mult_adds: cost.mult_adds,
            parameters: conv.parameters(),
            time: median(runs, |times| times.layers[index]),
        })
        .collect();
    let point = |c| Size { h: 1, w: 1, c };
    parts.push(LayerStats {
        name: "pool".into(),
        kind: "pool",
        shape: point(graph.features),
        mult_adds: 0,
        parameters: 0,
        time: median(runs, |times| times.pool),
    });
    parts.push(LayerStats {
        name: "classifier".into(),
        kind: "classifier",
        shape: point(graph.classes),
        mult_adds: graph.features * graph.classes,
        parameters: graph.classifier_parameters(),
        time: median(runs, |times| times.classifier),
    });
    parts
}

fn kind(path: LayerPath, kind: ConvKind) -> &'static str {
    if let LayerPath::Block { part, .. } = path {
        match part {
            Part::Reduce | Part::Excite => return "squeeze-excite",
            Part::Norm
            | Part::Query
            | Part::KeyDown
            | Part::Key
            | Part::ValueDown
            | Part::Value
            | Part::Output => return "attention",
            Part::Conv | Part::Start | Part::Expand | Part::Depthwise | Part::Pointwise | Part::Project => {}
        }
    }
    match kind {
        ConvKind::Dense => "full conv",
        ConvKind::Depthwise | ConvKind::Norm => "depthwise",
        ConvKind::Pointwise => "pointwise",
    }
}

fn median(runs: &[LayerTimes], time: impl Fn(&LayerTimes) -> Duration) -> Duration {
    let mut times: Vec<_> = runs.iter().map(time).collect();
    times.sort_unstable();
    times[times.len() / 2]
}
