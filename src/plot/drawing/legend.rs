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

/// Writes what a reader should know at the foot of `room`.
pub(super) fn note(scene: &mut Scene, palette: &Palette, text: &str, room: &Area) {
    let text = fitted(text, SMALL, room.width());
    scene.text(text, spot(room.left, room.bottom - 4.0), Anchor::Start, SMALL, palette.line);
}

/// Writes names with their samples at the top of `area`, in as many lines as they need, and takes their height from it.
pub(super) fn legend(scene: &mut Scene, palette: &Palette, entries: &[Entry], area: &mut Area) {
    let mut x = area.left;
    for entry in entries {
        let room = area.width() - SAMPLE_WIDTH - GAP;
        let name = fitted(&entry.name, SMALL, room);
        let taken = SAMPLE_WIDTH + GAP + width(&name, SMALL);
        if x > area.left && x + taken > area.right {
            x = area.left;
            area.top += LINE_HEIGHT;
        }
        let sample = Area::around(spot(x + SAMPLE_WIDTH / 2.0, area.top + 9.0), SAMPLE_WIDTH / 2.0, 5.0);
        draw_sample(scene, palette, entry.sample, &sample);
        let at = spot(x + SAMPLE_WIDTH + GAP, area.top + 13.0);
        scene.text(name, at, Anchor::Start, SMALL, palette.text);
        x += taken + ENTRY_GAP;
    }
    if !entries.is_empty() {
        area.top += LINE_HEIGHT + 4.0;
    }
}

fn draw_sample(scene: &mut Scene, palette: &Palette, sample: Sample, area: &Area) {
    let middle = area.centre();
    match sample {
        Sample::Mark(series) => draw_mark(scene, palette, series, middle),
        Sample::Line(stroke) => scene.line(spot(area.left, middle.y), spot(area.right, middle.y), stroke),
        Sample::Fill(colour) => scene.area(*area, colour),
    }
}
