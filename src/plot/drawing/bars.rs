//! Horizontal bars: a row per layer or class, and a column per series, all on one scale.

use super::font::{CAPITAL, fitted, width};
use super::geometry::{Area, spot};
use super::legend::{NOTE_HEIGHT, SMALL, note, title};
use super::palette::Palette;
use super::scene::{Anchor, Scene, Stroke};
use crate::plot::figure::Bars;

const ROW: f64 = 18.0;
const BAR: f64 = 11.0;
const HEADER: f64 = 26.0;

/// More rows than this make a picture that nothing shows whole: the largest are drawn.
const MOST_ROWS: usize = 200;

/// The share of the chart that labels may take.
const LABELS: f64 = 0.4;

/// Between columns, and between a bar and what stands beside it.
const COLUMN_GAP: f64 = 20.0;
const GAP: f64 = 6.0;

/// The height that the chart needs.
pub(super) fn height(chart: &Bars) -> f64 {
    let title = if chart.title.is_empty() { 0.0 } else { 26.0 };
    title + HEADER + chart.bars.len().clamp(1, MOST_ROWS) as f64 * ROW + NOTE_HEIGHT + 4.0
}

/// Draws the chart into `room`.
pub(super) fn draw(scene: &mut Scene, palette: &Palette, chart: &Bars, mut room: Area) {
    title(scene, palette, &chart.title, &mut room);
    let rows = rows(chart);
    let label_room = room.width() * LABELS;
    let labels: Vec<_> = rows.iter().map(|&row| fitted(&chart.bars[row].label, SMALL, label_room)).collect();
    let left = room.left + labels.iter().map(|label| width(label, SMALL)).fold(0.0, f64::max) + GAP;
    let top = room.top + HEADER;
    for (index, label) in labels.iter().enumerate() {
        let at = spot(left - GAP, baseline(top, index));
        scene.text(label.as_str(), at, Anchor::End, SMALL, palette.text);
    }
    let largest = drawable(chart, &rows).fold(0.0, f64::max);
    let values = Values { decimals: decimals(largest), largest };
    let columns = chart.series.len().max(1) as f64;
    let column_width = (room.right - left + COLUMN_GAP) / columns - COLUMN_GAP;
    for (series, name) in chart.series.iter().enumerate() {
        let left = left + series as f64 * (column_width + COLUMN_GAP);
        let column = Area { left, top, right: left + column_width, bottom: top + rows.len() as f64 * ROW };
        let name = if chart.unit.is_empty() { name.clone() } else { format!("{name}, {}", chart.unit) };
        let at = spot(left, room.top + SMALL + 2.0);
        scene.text(fitted(&name, SMALL, column_width), at, Anchor::Start, SMALL, palette.text);
        draw_column(scene, palette, chart, &rows, series, &column, &values);
    }
    note(scene, palette, &what_is_missing(chart, rows.len()), &room);
}

/// How values are written, and which of them fills a column.
struct Values {
    decimals: usize,
    largest: f64,
}

impl Values {
    fn text(&self, value: Option<f64>) -> String {
        value.map_or("–".into(), |value| format!("{value:.*}", self.decimals))
    }
}

fn draw_column(
    scene: &mut Scene,
    palette: &Palette,
    chart: &Bars,
    rows: &[usize],
    series: usize,
    column: &Area,
    values: &Values,
) {
    let texts: Vec<_> = rows.iter().map(|&row| values.text(value(chart, row, series))).collect();
    let text_room = texts.iter().map(|text| width(text, SMALL)).fold(0.0, f64::max) + GAP;
    let bar_room = (column.width() - text_room).max(0.0);
    let axis = Stroke::plain(palette.line, 1.0);
    for (index, (&row, text)) in rows.iter().zip(texts).enumerate() {
        let share =
            value(chart, row, series).map_or(0.0, |value| value / values.largest.max(f64::MIN_POSITIVE));
        let (y, length) = (baseline(column.top, index) - SMALL * CAPITAL / 2.0, bar_room * share);
        let bar = Area {
            left: column.left,
            right: column.left + length,
            top: y - BAR / 2.0,
            bottom: y + BAR / 2.0,
        };
        scene.area(bar, palette.series(series));
        let at = spot(column.left + length + GAP, baseline(column.top, index));
        scene.text(text, at, Anchor::Start, SMALL, palette.text);
    }
    scene.line(spot(column.left, column.top), spot(column.left, column.bottom), axis);
}

/// The baseline of the text in a row.
fn baseline(top: f64, row: usize) -> f64 {
    top + (row as f64 + 0.5) * ROW + SMALL * CAPITAL / 2.0
}

/// A value that can be drawn.
fn value(chart: &Bars, row: usize, series: usize) -> Option<f64> {
    chart.bars[row].values.get(series).copied().filter(|value| value.is_finite() && *value >= 0.0)
}

fn drawable<'a>(chart: &'a Bars, rows: &'a [usize]) -> impl Iterator<Item = f64> + 'a {
    rows.iter()
        .flat_map(move |&row| (0..chart.series.len()).filter_map(move |series| value(chart, row, series)))
}

/// The rows that are drawn, in their order: those with the largest value if there are too many.
fn rows(chart: &Bars) -> Vec<usize> {
    let mut rows: Vec<usize> = (0..chart.bars.len()).collect();
    if rows.len() > MOST_ROWS {
        let largest = |row: usize| drawable(chart, &[row]).fold(0.0, f64::max);
        rows.sort_by(|a, b| largest(*b).total_cmp(&largest(*a)));
        rows.truncate(MOST_ROWS);
        rows.sort_unstable();
    }
    rows
}

/// Decimals with which the largest value has three digits.
fn decimals(largest: f64) -> usize {
    if largest > 0.0 { (2 - largest.log10().floor() as i32).clamp(0, 6) as usize } else { 0 }
}

fn what_is_missing(chart: &Bars, drawn: usize) -> String {
    match chart.bars.len() {
        0 => "No rows.".into(),
        all if all > drawn => format!("The {drawn} rows with the largest values, of {all}."),
        _ => String::new(),
    }
}
