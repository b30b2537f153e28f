//! Titles, notes and legends: the lines of text around the charts.

use super::font::{fitted, width};
use super::geometry::{Area, spot};
use super::marks::draw_mark;
use super::palette::Palette;
use super::scene::{Anchor, Colour, Scene, Stroke};

/// Sizes of text, in px. None is below 11.
pub(super) const TITLE: f64 = 15.0;
pub(super) const AXIS: f64 = 13.0;
pub(super) const SMALL: f64 = 12.0;

/// What [`note`] takes.
pub(super) const NOTE_HEIGHT: f64 = 18.0;

const TITLE_HEIGHT: f64 = 26.0;
const LINE_HEIGHT: f64 = 20.0;
/// Between a sample and its name, and between entries.
const GAP: f64 = 6.0;
const ENTRY_GAP: f64 = 18.0;
const SAMPLE_WIDTH: f64 = 16.0;

/// What stands before a name in a legend.
#[derive(Clone, Copy, Debug)]
pub(super) enum Sample {
    /// The mark of a series.
    Mark(usize),
    Line(Stroke),
    Fill(Colour),
}

/// A name in a legend.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) sample: Sample,
    pub(super) name: String,
}

/// Writes the title of a chart at the top of `area`, and takes its height from it. An empty one takes none.
pub(super) fn title(scene: &mut Scene, palette: &Palette, text: &str, area: &mut Area) {
    if !text.is_empty() {
        let text = fitted(text, TITLE, area.width());
        scene.text(text, spot(area.left, area.top + TITLE), Anchor::Start, TITLE, palette.text);
        area.top += TITLE_HEIGHT;
    }
}

/// Writes what a reader should know at the foot of `room`, and returns where the chart ends: above it if there is nothing.
pub(super) fn note(scene: &mut Scene, palette: &Palette, text: &str, room: &Area) -> f64 {
    if text.is_empty() {
        return room.bottom - NOTE_HEIGHT;
    }
    let text = fitted(text, SMALL, room.width());
    scene.text(text, spot(room.left, room.bottom - 4.0), Anchor::Start, SMALL, palette.line);
    room.bottom
}

/// Writes names with their samples at the top of `area`, in as many lines as they need, and takes their height from it.
pub(super) fn legend(scene: &mut Scene, palette: &Palette, entries: &[Entry], area: &mut Area) {
    let lines = lines(entries, area.width());
    for (line, placed) in lines.iter().enumerate() {
        let top = area.top + line as f64 * LINE_HEIGHT;
        for Placed { left, name, sample } in placed {
            let left = area.left + left;
            let room = Area::around(spot(left + SAMPLE_WIDTH / 2.0, top + 9.0), SAMPLE_WIDTH / 2.0, 5.0);
            draw_sample(scene, palette, *sample, &room);
            let at = spot(left + SAMPLE_WIDTH + GAP, top + 13.0);
            scene.text(name.as_str(), at, Anchor::Start, SMALL, palette.text);
        }
    }
    area.top += height(lines.len());
}

/// The height of a legend of these entries in this width, beyond that of one line.
pub(super) fn further_lines(entries: &[Entry], width: f64) -> f64 {
    lines(entries, width).len().saturating_sub(1) as f64 * LINE_HEIGHT
}

fn height(lines: usize) -> f64 {
    if lines == 0 { 0.0 } else { lines as f64 * LINE_HEIGHT + 4.0 }
}

/// An entry that has its place in a line.
struct Placed {
    left: f64,
    name: String,
    sample: Sample,
}

fn lines(entries: &[Entry], width_of_line: f64) -> Vec<Vec<Placed>> {
    let mut lines: Vec<Vec<Placed>> = vec![];
    let mut left = 0.0;
    for entry in entries {
        let name = fitted(&entry.name, SMALL, width_of_line - SAMPLE_WIDTH - GAP);
        let taken = SAMPLE_WIDTH + GAP + width(&name, SMALL);
        if lines.is_empty() || (left > 0.0 && left + taken > width_of_line) {
            left = 0.0;
            lines.push(vec![]);
        }
        if let Some(line) = lines.last_mut() {
            line.push(Placed { left, name, sample: entry.sample });
        }
        left += taken + ENTRY_GAP;
    }
    lines
}

fn draw_sample(scene: &mut Scene, palette: &Palette, sample: Sample, area: &Area) {
    let middle = area.centre();
    match sample {
        Sample::Mark(series) => draw_mark(scene, palette, series, middle),
        Sample::Line(stroke) => scene.line(spot(area.left, middle.y), spot(area.right, middle.y), stroke),
        Sample::Fill(colour) => scene.area(*area, colour),
    }
}
