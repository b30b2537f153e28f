//! Layers, their sums by kind, and the sum of all.

use std::cmp::Reverse;
use std::time::Duration;

use super::subject::Subject;
use super::words;
use crate::cli::layers::{Layer, layers};

/// The rows of the answer.
pub(super) struct Summary {
    pub layers: Vec<Row>,
    /// By kind of layer, the most Mult-Adds first.
    pub kinds: Vec<(String, Figures)>,
    pub total: Figures,
}

/// A layer, in the words of table 1.
pub(super) struct Row {
    /// `block 0 depthwise`
    pub name: String,
    pub kind_and_stride: String,
    pub filter: String,
    /// Height, width, channels.
    pub input: [usize; 3],
    pub figures: Figures,
}

/// What a layer costs, or all layers of a kind.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Figures {
    pub mult_adds: usize,
    pub weights: usize,
    pub parameters: usize,
    /// If it was measured.
    pub time: Option<Duration>,
}

impl Summary {
    /// `times` has one for each layer, if they were measured.
    pub(super) fn new(subject: &Subject, times: Option<Vec<Duration>>) -> Self {
        let layers = layers(&subject.architecture.graph, subject.resolution);
        let mut times = times.unwrap_or_default().into_iter();
        let mut summary = Self { layers: Vec::new(), kinds: Vec::new(), total: Figures::default() };
        for layer in layers {
            summary.push(layer, times.next());
        }
        // They cost nothing that the paper counts.
        summary.kinds.retain(|(_, figures)| figures.mult_adds > 0 || figures.time.is_some());
        summary.kinds.sort_by_key(|(_, figures)| Reverse(figures.mult_adds));
        summary.layers.push(last_row(subject));
        summary
    }

    fn push(&mut self, layer: Layer, time: Option<Duration>) {
        let Layer { mult_adds, weights, parameters, .. } = layer;
        let figures = Figures { mult_adds, weights, parameters, time };
        self.total.add(&figures);
        let kind = words::kind(&layer);
        match self.kinds.iter_mut().find(|(name, _)| *name == kind) {
            Some((_, sum)) => sum.add(&figures),
            None => self.kinds.push((kind, figures)),
        }
        self.layers.push(Row {
            kind_and_stride: words::kind_and_stride(&layer),
            filter: words::filter(&layer),
            input: [layer.input.h, layer.input.w, layer.input.c],
            name: layer.name,
            figures,
        });
    }
}

/// What makes scores of logits: table 1's last row.
fn last_row(subject: &Subject) -> Row {
    let (name, kind) =
        if subject.is_multi_label { ("sigmoid", "Sigmoid / s1") } else { ("softmax", "Softmax / s1") };
    Row {
        name: name.into(),
        kind_and_stride: kind.into(),
        filter: "Classifier".into(),
        input: [1, 1, subject.architecture.graph.classes],
        figures: Figures::default(),
    }
}

impl Figures {
    fn add(&mut self, other: &Self) {
        self.mult_adds += other.mult_adds;
        self.weights += other.weights;
        self.parameters += other.parameters;
        self.time = other.time.map(|time| time + self.time.unwrap_or_default());
    }
}
