//! The answer for scripts: one JSON object.

use std::io::{self, Write};

use serde::Serialize;

use super::subject::Subject;
use super::summary::{Figures, Row, Summary};
use crate::record::milliseconds;

#[derive(Serialize)]
struct NetworkJson<'a> {
    model: &'a str,
    /// As its library calls it.
    architecture: &'a str,
    alpha: Option<f64>,
    res: usize,
    classes: usize,
    #[serde(flatten)]
    total: FiguresJson,
    layers: Vec<LayerJson<'a>>,
    kinds: Vec<KindJson<'a>>,
}

#[derive(Serialize)]
struct LayerJson<'a> {
    name: &'a str,
    /// Kind and stride, as in table 1 of the V1 paper.
    r#type: &'a str,
    filter: &'a str,
    /// Height, width, channels.
    input: [usize; 3],
    #[serde(flatten)]
    figures: FiguresJson,
}

#[derive(Serialize)]
struct KindJson<'a> {
    /// As in table 2 of the V1 paper.
    r#type: &'a str,
    #[serde(flatten)]
    figures: FiguresJson,
}

#[derive(Serialize)]
struct FiguresJson {
    mult_adds: usize,
    weights: usize,
    parameters: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    ms: Option<f64>,
}

pub(super) fn write(output: &mut impl Write, subject: &Subject, summary: &Summary) -> io::Result<()> {
    let kinds = summary.kinds.iter();
    let network = NetworkJson {
        model: &subject.name,
        architecture: &subject.architecture.name,
        alpha: subject.alpha,
        res: subject.resolution,
        classes: subject.architecture.graph.classes,
        total: figures(&summary.total),
        layers: summary.layers.iter().map(layer).collect(),
        kinds: kinds.map(|(kind, sums)| KindJson { r#type: kind, figures: figures(sums) }).collect(),
    };
    writeln!(output, "{}", serde_json::to_string(&network)?)
}

fn layer(row: &Row) -> LayerJson<'_> {
    LayerJson {
        name: &row.name,
        r#type: &row.kind_and_stride,
        filter: &row.filter,
        input: row.input,
        figures: figures(&row.figures),
    }
}

fn figures(figures: &Figures) -> FiguresJson {
    let &Figures { mult_adds, weights, parameters, time } = figures;
    FiguresJson { mult_adds, weights, parameters, ms: time.map(milliseconds) }
}
