//! A reliability diagram: accuracy over confidence, the diagonal where both are equal, and below it how many answers there are.

use super::geometry::{Area, spot};
use super::legend::{Entry, NOTE_HEIGHT, Sample, legend, note, title};
use super::palette::Palette;
use super::plane::{AxisPlan, Plane};
use super::scale::Scale;
use super::scene::{Colour, Scene, Shape, Stroke};
use crate::plot::figure::{Reliability, ReliabilityBin};

/// The share of the height that the histogram takes.
const HISTOGRAM: f64 = 0.28;

/// Between bars.
const GAP: f64 = 1.0;

/// The height of a chart of this width.
pub(super) fn height(width: f64) -> f64 {
    (width * 1.2).round()
}

/// Draws the chart into `room`, and returns where it ends.
pub(super) fn draw(scene: &mut Scene, palette: &Palette, chart: &Reliability, mut room: Area) -> f64 {
    title(scene, palette, &chart.title, &mut room);
    let stroke = Stroke { colour: palette.text, width: 1.5, dash: Some(5.0) };
    let (accuracy, gap) = (palette.series(0), palette.background.mixed(palette.series(1), 0.6));
    let entry = |sample, name: &str| Entry { sample, name: name.into() };
    let entries = [
        entry(Sample::Fill(accuracy), "accuracy"),
        entry(Sample::Fill(gap), "gap to the mean confidence"),
        entry(Sample::Line(stroke), "no gap"),
    ];
    legend(scene, palette, &entries, &mut room);
    let foot = room;
    room.bottom -= NOTE_HEIGHT;
    let parting = room.bottom - room.height() * HISTOGRAM;
    let percent = |start: f64, end: f64| Scale::linear(0.0..=100.0, start, end);

    let upper = Area { bottom: parting, ..room };
    let x = AxisPlan { title: "", scale: percent(0.0, 1.0) };
    let y = AxisPlan { title: "accuracy, %", scale: percent(0.0, 1.0) };
    let plane = Plane::draw(scene, palette, &upper, &x, &y);
    let count = chart.bins.len() as f64;
    for (index, bin) in drawable(chart) {
        let column = column(&plane, index as f64 / count, (index + 1) as f64 / count);
        draw_bin(scene, &plane, &column, bin, accuracy, gap);
    }
    let diagonal = vec![plane.position(0.0, 0.0), plane.position(100.0, 100.0)];
    scene.shapes.push(Shape::Line { spots: diagonal, stroke });

    let all: usize = chart.bins.iter().map(|bin| bin.count).sum();
    let share = |bin: &ReliabilityBin| bin.count as f64 / all.max(1) as f64 * 100.0;
    let most = chart.bins.iter().map(share).fold(0.0, f64::max);
    let lower = Area { top: parting + 4.0, left: room.left, ..room };
    let x = AxisPlan { title: "confidence, %", scale: percent(0.0, 1.0) };
    let y = AxisPlan { title: "answers, %", scale: Scale::linear(0.0..=most.max(1.0) * 1.05, 0.0, 1.0) };
    let plane = Plane::draw(scene, palette, &lower, &x, &y);
    for (index, bin) in drawable(chart) {
        let column = column(&plane, index as f64 / count, (index + 1) as f64 / count);
        let top = plane.position(0.0, share(bin)).y;
        scene.area(Area { top, ..column }, palette.background.mixed(palette.line, 0.7));
    }
    note(scene, palette, &summary(chart, all), &foot)
}

/// The bins with answers, each with its index. Shares that are not numbers are not drawn.
fn drawable(chart: &Reliability) -> impl Iterator<Item = (usize, &ReliabilityBin)> {
    let is_share = |share: f64| (0.0..=1.0).contains(&share);
    let bins = chart.bins.iter().enumerate();
    bins.filter(move |(_, bin)| bin.count > 0 && is_share(bin.confidence) && is_share(bin.accuracy))
}

/// The column of a bin, as high as the plane.
fn column(plane: &Plane, from: f64, to: f64) -> Area {
    let (left, right) = (plane.position(from * 100.0, 0.0).x, plane.position(to * 100.0, 0.0).x);
    Area { left: left + GAP, right: right - GAP, ..plane.area }
}

fn draw_bin(
    scene: &mut Scene,
    plane: &Plane,
    column: &Area,
    bin: &ReliabilityBin,
    accuracy: Colour,
    gap: Colour,
) {
    let height = |share: f64| plane.position(0.0, share * 100.0).y;
    let (right, confident) = (height(bin.accuracy), height(bin.confidence));
    scene.area(Area { top: right, ..*column }, accuracy);
    scene.area(Area { top: right.min(confident), bottom: right.max(confident), ..*column }, gap);
    // The accuracy stays visible where the gap lies below it.
    let level = [spot(column.left, right), spot(column.right, right)];
    scene.line(level[0], level[1], Stroke::plain(accuracy, 2.0));
}

fn summary(chart: &Reliability, answers: usize) -> String {
    if answers == 0 {
        return "No answers.".into();
    }
    let noun = if answers == 1 { "answer" } else { "answers" };
    if !chart.expected_error.is_finite() {
        return format!("{answers} {noun}.");
    }
    format!("Expected calibration error {:.1} %, of {answers} {noun}.", chart.expected_error * 100.0)
}
