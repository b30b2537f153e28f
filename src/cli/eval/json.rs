//! Figures for scripts: one JSON object per line.

use std::io::{self, Write};

use serde::Serialize;

use super::pairs::Pair;
use super::per_class;
use super::tally::{Share, Tally};
use crate::predict::TemperatureFile;
use crate::record::{Level, ModelInfo};

#[derive(Serialize)]
struct RowJson<'a> {
    model: &'a str,
    alpha: Option<f64>,
    res: usize,
    /// Of --temperature.
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    /// Present only if answers list groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<&'a str>,
    pictures: usize,
    answered: usize,
    failed: usize,
    /// Pictures of classes that the model lacks, with --unknown skip.
    skipped: usize,
    damaged: usize,
    /// What the labels were read as.
    truth: &'a str,
    top1: ShareJson,
    top5: Option<ShareJson>,
    calibration_error: Option<f64>,
    images_per_second: Option<f64>,
    seconds: Option<f64>,
    start_up_seconds: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    classes: Option<Vec<ClassJson<'a>>>,
}

/// A share with its 95 % interval.
#[derive(Serialize)]
struct ShareJson {
    right: usize,
    share: Option<f64>,
    low: f64,
    high: f64,
}

#[derive(Serialize)]
struct ClassJson<'a> {
    index: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    wnid: Option<&'a str>,
    label: &'a str,
    answered: usize,
    failed: usize,
    top1: ShareJson,
    top5: Option<ShareJson>,
    mistaken_for: Option<MistakeJson<'a>>,
}

#[derive(Serialize)]
struct MistakeJson<'a> {
    index: usize,
    label: &'a str,
    count: usize,
}

/// Two models on the pictures that both answered.
#[derive(Serialize)]
struct PairJson<'a> {
    first: ModelJson<'a>,
    second: ModelJson<'a>,
    pictures: usize,
    only_first_right: usize,
    only_second_right: usize,
    /// Top-1 of the second less that of the first.
    difference: Option<f64>,
    /// Of McNemar's exact test.
    p: f64,
}

#[derive(Serialize)]
struct ModelJson<'a> {
    model: &'a str,
    alpha: Option<f64>,
    res: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
}

impl From<Share> for ShareJson {
    fn from(share: Share) -> Self {
        let Share { right, low, high, .. } = share;
        Self { right, share: share.value(), low, high }
    }
}

/// Writes the figures of one model, and those of its classes on request.
pub(super) fn write(output: &mut impl Write, tally: &Tally, with_classes: bool) -> io::Result<()> {
    let classes = || per_class::rows(tally).into_iter().map(|row| class(tally, &row)).collect();
    let row = RowJson {
        model: &tally.model.name,
        alpha: tally.alpha,
        res: tally.model.resolution,
        temperature: tally.model.temperature,
        level: (tally.level != Level::Class).then(|| tally.level.name()),
        pictures: tally.outcomes.len(),
        answered: tally.answered(),
        failed: tally.failed(),
        skipped: tally.skipped(),
        damaged: tally.damaged,
        truth: tally.truth,
        top1: tally.top1().into(),
        top5: tally.top5().map(Into::into),
        calibration_error: tally.calibration().expected_error(),
        images_per_second: tally.speed.map(|speed| speed.images_per_second()),
        seconds: tally.speed.map(|speed| speed.seconds),
        start_up_seconds: tally.speed.map(|speed| speed.start_up),
        classes: with_classes.then(classes),
    };
    writeln!(output, "{}", serde_json::to_string(&row)?)
}

fn class<'a>(tally: &'a Tally, row: &per_class::ClassRow) -> ClassJson<'a> {
    let label = tally.labels.get(row.class);
    ClassJson {
        index: row.class,
        wnid: label.wnid.as_deref(),
        label: &label.name,
        answered: row.top1.of,
        failed: row.failed,
        top1: row.top1.into(),
        top5: row.top5.map(Into::into),
        mistaken_for: row.mistaken_for.map(|(index, count)| MistakeJson {
            index,
            label: &tally.labels.get(index).name,
            count,
        }),
    }
}

/// Writes how two models differ.
pub(super) fn write_pair(output: &mut impl Write, pair: &Pair) -> io::Result<()> {
    let line = PairJson {
        first: model(pair.first),
        second: model(pair.second),
        pictures: pair.pictures,
        only_first_right: pair.only_first,
        only_second_right: pair.only_second,
        difference: pair.difference(),
        p: pair.p(),
    };
    writeln!(output, "{}", serde_json::to_string(&line)?)
}

/// Writes a temperature, as the file of --calibrate has it.
pub(super) fn write_temperature(output: &mut impl Write, file: &TemperatureFile) -> io::Result<()> {
    writeln!(output, "{}", serde_json::to_string(file)?)
}

fn model(tally: &Tally) -> ModelJson<'_> {
    let ModelInfo { name, resolution, temperature, .. } = &tally.model;
    ModelJson { model: name, alpha: tally.alpha, res: *resolution, temperature: *temperature }
}
