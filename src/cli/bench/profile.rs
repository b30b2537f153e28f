//! Where the time goes: layer by layer, and by kind as in table 2 of the V1 paper.

use std::time::Duration;

use anyhow::Result;

use super::model::BenchModel;
use crate::backend::Network;
use crate::backend::cpu::ops::Size;
use crate::cli::layers::{Layer, Operation, layers, times};
use crate::measure::Plan;
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
        let graph = &subject.architecture.graph;
        let times = times(network, graph, &picture, resolution, plan)?;
        Ok(Self {
            layers: layers(graph, resolution)
                .into_iter()
                .zip(times)
                .map(|(layer, time)| stats(layer, time))
                .collect(),
        })
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

fn stats(layer: Layer, time: Duration) -> LayerStats {
    LayerStats {
        kind: kind(&layer.operation),
        name: layer.name,
        shape: layer.output,
        mult_adds: layer.mult_adds,
        parameters: layer.parameters,
        time,
    }
}

fn kind(operation: &Operation) -> &'static str {
    let (path, conv) = match operation {
        Operation::Pool => return "pool",
        Operation::Classifier => return "classifier",
        Operation::Conv(path, conv) => (path, conv),
    };
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
    match conv.kind {
        ConvKind::Dense => "full conv",
        ConvKind::Depthwise | ConvKind::Norm => "depthwise",
        ConvKind::Pointwise => "pointwise",
    }
}
