//! Where the time goes: layer by layer, and by kind as in table 2 of the V1 paper.

use std::time::Duration;

use anyhow::{Context, Result};

use super::model::BenchModel;
use crate::backend::Network;
use crate::backend::cpu::ops::Size;
use crate::measure::Plan;
use crate::models::spec::{Cost, Graph, Kind, Role};
use crate::models::tensor_names::{Place, places};

/// Cost and time of every layer.
pub(super) struct Profile {
    pub layers: Vec<Part>,
}

/// A layer, or all layers of a kind.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub name: String,
    pub kind: &'static str,
    /// Of its output.
    pub shape: Size,
    pub mult_adds: usize,
    pub parameters: usize,
    pub time: Duration,
}

impl Part {
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
        let median = |layer: usize| {
            let mut times: Vec<_> = runs.iter().map(|times| times[layer]).collect();
            times.sort_unstable();
            times[times.len() / 2]
        };
        let mut layers = parts(&subject.architecture.graph, resolution);
        for (index, part) in layers.iter_mut().enumerate() {
            part.time = median(index);
        }
        Ok(Self { layers })
    }

    /// The whole of it.
    pub(super) fn total(&self) -> Part {
        let whole = Part { name: "all".into(), kind: "all", ..self.layers[0].clone() };
        sum(whole, self.layers.iter())
    }

    /// Sums by kind, in the order of their first layers.
    pub(super) fn kinds(&self) -> Vec<Part> {
        let mut kinds: Vec<&'static str> = Vec::new();
        for part in &self.layers {
            if !kinds.contains(&part.kind) {
                kinds.push(part.kind);
            }
        }
        let of = |kind| self.layers.iter().filter(move |part| part.kind == kind);
        let total = |kind: &'static str| {
            of(kind).next().map(|first| sum(Part { name: kind.into(), ..first.clone() }, of(kind)))
        };
        kinds.into_iter().filter_map(total).collect()
    }
}

fn sum<'a>(mut into: Part, parts: impl Iterator<Item = &'a Part>) -> Part {
    (into.mult_adds, into.parameters, into.time) = (0, 0, Duration::ZERO);
    for part in parts {
        into.mult_adds += part.mult_adds;
        into.parameters += part.parameters;
        into.time += part.time;
    }
    into
}

/// Layers, pooling and classifier, without times.
fn parts(graph: &Graph, resolution: usize) -> Vec<Part> {
    let mut parts = Vec::new();
    for ((place, layer), Cost { side, mult_adds }) in places(graph).zip(graph.costs(resolution)) {
        let kind = match (layer.role, layer.kind) {
            (Role::Reduce | Role::Excite, _) => "squeeze-excite",
            (Role::Norm | Role::Query | Role::Key | Role::Value | Role::Output, _) => "attention",
            (_, Kind::Full) => "full conv",
            (_, Kind::Depthwise | Kind::Norm) => "depthwise",
            (_, Kind::Pointwise) => "pointwise",
        };
        parts.push(Part {
            name: name(place),
            kind,
            shape: Size { h: side, w: side, c: layer.out_channels },
            mult_adds,
            parameters: layer.parameters(),
            time: Duration::ZERO,
        });
    }
    let point = |c| Size { h: 1, w: 1, c };
    let (mult_adds, parameters) = (graph.features * graph.classes, (graph.features + 1) * graph.classes);
    let time = Duration::ZERO;
    let pool = Part {
        name: "pool".into(),
        kind: "pool",
        shape: point(graph.features),
        mult_adds: 0,
        parameters: 0,
        time,
    };
    let shape = point(graph.classes);
    parts.push(pool);
    parts.push(Part { name: "classifier".into(), kind: "classifier", shape, mult_adds, parameters, time });
    parts
}

fn name(place: Place) -> String {
    match place {
        Place::Stem => "stem".into(),
        Place::Block { ordinal, role, .. } => format!("block {ordinal} {role}"),
        Place::Head { .. } => "head".into(),
    }
}
