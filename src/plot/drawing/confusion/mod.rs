//! A confusion matrix: a row per class that is right, a column per answer.

mod shown;

use crate::plot::drawing::font::{CAPITAL, fitted, width};
use crate::plot::drawing::geometry::{Area, spot};
use crate::plot::drawing::legend::{AXIS, NOTE_HEIGHT, SMALL, note, title};
use crate::plot::drawing::palette::Palette;
use crate::plot::drawing::scene::{Anchor, Colour, Scene, Shape, Stroke};
use crate::plot::figure::Confusion;
use shown::Shown;

/// Cells are squares of at most this size.
const LARGEST_CELL: f64 = 44.0;
const SMALLEST_CELL: f64 = 22.0;

/// The widest label.
const LABEL_WIDTH: f64 = 170.0;
const GAP: f64 = 6.0;
const AXIS_ROOM: f64 = 26.0;

/// A chart is at least as wide, for its title and its note.
const LEAST_WIDTH: f64 = 426.0;

/// Where the matrix lies in a chart of some width, with its top at 0.
struct Layout {
    shown: Shown,
    labels: Vec<String>,
    left: f64,
    top: f64,
    cell: f64,
}

impl Layout {
    fn new(chart: &Confusion, room: f64) -> Self {
        let shown = Shown::of(chart);
        let labels: Vec<_> = shown.labels(chart).map(|label| fitted(label, SMALL, LABEL_WIDTH)).collect();
        let longest = labels.iter().map(|label| width(label, SMALL)).fold(0.0, f64::max);
        let left = AXIS_ROOM + longest + GAP;
        let cell = ((room - left) / shown.columns().max(1) as f64).clamp(SMALLEST_CELL, LARGEST_CELL).floor();
        Self { shown, labels, left, top: AXIS_ROOM + longest + GAP, cell }
    }
}

/// The width that the chart needs, if there is as much as `room`.
pub(super) fn width_in(chart: &Confusion, room: f64) -> f64 {
    let layout = Layout::new(chart, room);
    (layout.left + layout.cell * layout.shown.columns() as f64 + 2.0).max(LEAST_WIDTH).min(room)
}

/// The height of a chart of this width.
pub(super) fn height(chart: &Confusion, width: f64) -> f64 {
    let layout = Layout::new(chart, width);
    let title = if chart.title.is_empty() { 0.0 } else { 26.0 };
    title + layout.top + layout.cell * layout.shown.classes.len().max(1) as f64 + NOTE_HEIGHT + 8.0
}

/// Draws the chart into `room`, and returns where it ends.
pub(super) fn draw(scene: &mut Scene, palette: &Palette, chart: &Confusion, mut room: Area) -> f64 {
    title(scene, palette, &chart.title, &mut room);
    let layout = Layout::new(chart, room.width());
    let (rows, columns) = (layout.shown.classes.len(), layout.shown.columns());
    let matrix = Area {
        left: room.left + layout.left,
        top: room.top + layout.top,
        right: room.left + layout.left + layout.cell * columns as f64,
        bottom: room.top + layout.top + layout.cell * rows as f64,
    };
    draw_grid(scene, palette, &layout, &matrix);
    for row in 0..rows {
        for column in 0..columns {
            draw_cell(scene, palette, chart, &layout, &matrix, (row, column));
        }
    }
    draw_frame(scene, palette, &matrix);
    draw_labels(scene, palette, &layout, &matrix);
    let at = spot(room.left + AXIS, matrix.centre().y);
    scene.upright_text(fitted("class", AXIS, matrix.height()), at, Anchor::Middle, AXIS, palette.text);
    let at = spot(matrix.centre().x, room.top + AXIS);
    scene.text(fitted("answer", AXIS, matrix.width()), at, Anchor::Middle, AXIS, palette.text);
    note(scene, palette, &layout.shown.note(chart), &room)
}

fn draw_grid(scene: &mut Scene, palette: &Palette, layout: &Layout, matrix: &Area) {
    let stroke = Stroke::plain(palette.grid, 1.0);
    for row in 1..layout.shown.classes.len() {
        let y = matrix.top + layout.cell * row as f64;
        scene.line(spot(matrix.left, y), spot(matrix.right, y), stroke);
    }
    for column in 1..layout.shown.columns() {
        let x = matrix.left + layout.cell * column as f64;
        scene.line(spot(x, matrix.top), spot(x, matrix.bottom), stroke);
    }
}

/// A cell is as dark as its share of the class. Right answers have another colour than wrong ones.
fn draw_cell(
    scene: &mut Scene,
    palette: &Palette,
    chart: &Confusion,
    layout: &Layout,
    matrix: &Area,
    (row, column): (usize, usize),
) {
    let count = layout.shown.count(chart, row, column);
    if count == 0 {
        return;
    }
    let share = count as f64 / layout.shown.total(chart, row).max(1) as f64;
    let colour = palette.series(usize::from(row != column));
    // Even the smallest share stays visible.
    let fill = palette.background.mixed(colour, 0.12 + 0.88 * share);
    let (left, top) = (matrix.left + layout.cell * column as f64, matrix.top + layout.cell * row as f64);
    let area = Area { left, top, right: left + layout.cell, bottom: top + layout.cell };
    scene.area(area, fill);
    let text = short(count);
    let at = spot(area.centre().x, area.centre().y + SMALL * CAPITAL / 2.0);
    if width(&text, SMALL) <= layout.cell - 2.0 {
        let text_colour = more_legible(fill, palette);
        scene.text(text, at, Anchor::Middle, SMALL, text_colour);
    }
}

/// `count` in at most four characters, so that it fits into a cell: `12k` for 12345.
fn short(count: usize) -> String {
    match count {
        0..10_000 => count.to_string(),
        10_000..1_000_000 => format!("{}k", count / 1000),
        _ => format!("{}M", count / 1_000_000),
    }
}

/// The colour of text, or that of the page, whichever differs more from `fill`.
fn more_legible(fill: Colour, palette: &Palette) -> Colour {
    if fill.contrast(palette.text) >= fill.contrast(palette.background) {
        palette.text
    } else {
        palette.background
    }
}

fn draw_frame(scene: &mut Scene, palette: &Palette, &Area { left, top, right, bottom }: &Area) {
    let spots = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
    let spots = spots.map(|(x, y)| spot(x, y)).to_vec();
    scene.shapes.push(Shape::Line { spots, stroke: Stroke::plain(palette.line, 1.0) });
}

fn draw_labels(scene: &mut Scene, palette: &Palette, layout: &Layout, matrix: &Area) {
    let middle = |index: usize| (index as f64 + 0.5) * layout.cell + SMALL * CAPITAL / 2.0;
    for (index, label) in layout.labels.iter().enumerate() {
        if index < layout.shown.classes.len() {
            let at = spot(matrix.left - GAP, matrix.top + middle(index));
            scene.text(label.as_str(), at, Anchor::End, SMALL, palette.text);
        }
        let at = spot(matrix.left + middle(index), matrix.top - GAP);
        scene.upright_text(label.as_str(), at, Anchor::Start, SMALL, palette.text);
    }
}
