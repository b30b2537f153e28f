//! Maps over a picture, side by side, with a legend of their colours below.

use image::{Rgb, RgbImage};

use super::font::{CAPITAL, fitted, width as text_width};
use super::geometry::{Area, Spot, spot};
use super::legend::{AXIS, SMALL, title as write_title};
use super::palette::Palette;
use super::scale::Scale as Axis;
use super::scene::{Anchor, Colour, PIXELS_PER_UNIT, Scene, Stroke};
use super::ticks::ticks;
use crate::heat::{Overlay, Scale};
use crate::plot::figure::{HeatMap, HeatMaps};

/// The least width of a map, which leaves room for its texts.
const LEAST_WIDTH: f64 = 240.0;

/// The heights of the lines of text above and below a picture.
const HEADING: f64 = 19.0;
const DETAIL: f64 = 18.0;
const NOTE: f64 = 20.0;
const TITLE: f64 = 26.0;

/// The space between maps.
const GAP: f64 = 20.0;

/// The heights of the legend's bar and of the whole legend.
const BAR: f64 = 12.0;
const LEGEND: f64 = 62.0;
const TICK: f64 = 4.0;

/// The least space between the texts along a bar.
const BETWEEN: f64 = 14.0;

/// All headings, as a text for those who cannot see the maps.
pub(super) fn title(chart: &HeatMaps) -> String {
    let headings = chart.maps.iter().map(|map| format!("{} {}", map.heading, map.score));
    format!("{}: {} for {}", chart.title, chart.unit, headings.collect::<Vec<_>>().join(", "))
}

/// The width that the chart needs.
pub(super) fn width(chart: &HeatMaps) -> f64 {
    let columns = chart.columns.min(chart.maps.len()).max(1) as f64;
    columns * (map_width(chart) + GAP) - GAP
}

/// The height that the chart needs.
pub(super) fn height(chart: &HeatMaps) -> f64 {
    let title = if chart.title.is_empty() { 0.0 } else { TITLE };
    let rows = chart.maps.len().div_ceil(chart.columns.max(1)) as f64;
    title + rows * (map_height(chart) + GAP) - GAP + LEGEND
}

/// Draws the chart into `room`, and returns where it ends.
pub(super) fn draw(scene: &mut Scene, palette: &Palette, chart: &HeatMaps, mut room: Area) -> f64 {
    let bottom = room.top + height(chart);
    write_title(scene, palette, &chart.title, &mut room);
    let place = |index: usize| {
        let (column, row) = (index % chart.columns.max(1), index / chart.columns.max(1));
        let left = room.left + column as f64 * (map_width(chart) + GAP);
        spot(left, room.top + row as f64 * (map_height(chart) + GAP))
    };
    let scale =
        |wanted: usize| Scale::of(chart.maps.iter().filter(|map| map.scale == wanted).map(|map| &map.field));
    let mut shown = vec![];
    for (index, map) in chart.maps.iter().enumerate() {
        draw_map(scene, palette, chart, map, scale(map.scale), place(index));
        if !shown.contains(&map.scale) {
            shown.push(map.scale);
            draw_legend(scene, palette, chart, scale(map.scale), spot(place(index).x, bottom - LEGEND));
        }
    }
    bottom
}

fn map_width(chart: &HeatMaps) -> f64 {
    picture_width(chart).max(LEAST_WIDTH)
}

fn picture_width(chart: &HeatMaps) -> f64 {
    f64::from(chart.picture.width()) / PIXELS_PER_UNIT
}

fn map_height(chart: &HeatMaps) -> f64 {
    HEADING + DETAIL + f64::from(chart.picture.height()) / PIXELS_PER_UNIT + NOTE
}

fn draw_map(scene: &mut Scene, palette: &Palette, chart: &HeatMaps, map: &HeatMap, scale: Scale, at: Spot) {
    let width = map_width(chart);
    let baseline = at.y + AXIS;
    scene.text(map.score.as_str(), spot(at.x + width, baseline), Anchor::End, AXIS, palette.text);
    let heading = fitted(&map.heading, AXIS, width - text_width(&map.score, AXIS) - BETWEEN);
    scene.text(heading, spot(at.x, baseline), Anchor::Start, AXIS, palette.text);
    let detail = fitted(&map.detail, SMALL, width);
    scene.text(detail, spot(at.x, baseline + DETAIL - 1.0), Anchor::Start, SMALL, palette.line);
    let Colour(red, green, blue) = palette.background;
    let overlay = Overlay { field: &map.field, area: map.area, scale, page: [red, green, blue] };
    let top = at.y + HEADING + DETAIL + 2.0;
    scene.picture(spot(at.x, top), overlay.over(&chart.picture));
    let bottom = top + f64::from(chart.picture.height()) / PIXELS_PER_UNIT;
    let note = fitted(&map.note, SMALL, width);
    scene.text(note, spot(at.x, bottom + SMALL + 4.0), Anchor::Start, SMALL, palette.line);
}

/// The colours from the lowest value to the highest, with a line at zero.
fn draw_legend(scene: &mut Scene, palette: &Palette, chart: &HeatMaps, scale: Scale, at: Spot) {
    // If all values are zero, the bar would otherwise have no length.
    let high = if scale.high > scale.low { scale.high } else { 1.0 };
    let width = map_width(chart);
    let (top, bottom) = (at.y + 10.0, at.y + 10.0 + BAR);
    let [columns, rows] = [width, BAR].map(|length| (length * PIXELS_PER_UNIT) as u32);
    let value = |x: u32| scale.low + (high - scale.low) * (f64::from(x) + 0.5) / f64::from(columns);
    let bar = RgbImage::from_fn(columns, rows, |x, _| Rgb(scale.colour(value(x))));
    scene.picture(spot(at.x, top), bar);
    let axis = Axis::linear(scale.low..=high, at.x, at.x + width);
    let mut end_of_last = f64::NEG_INFINITY;
    for tick in ticks(&axis, |text| text_width(text, SMALL) + BETWEEN) {
        let x = axis.position(tick.value);
        if tick.value == 0.0 && scale.low < 0.0 {
            // White, because the bar is black at zero in both themes.
            let stroke = Stroke::plain(Colour(255, 255, 255), 1.5);
            scene.line(spot(x, top), spot(x, bottom), stroke);
        }
        scene.line(spot(x, bottom), spot(x, bottom + TICK), Stroke::plain(palette.line, 1.0));
        let half = text_width(&tick.text, SMALL) / 2.0;
        let middle = x.clamp(at.x + half, at.x + width - half);
        // At the ends of the bar, a label is pushed towards its neighbour.
        if middle - half < end_of_last + BETWEEN / 2.0 {
            continue;
        }
        end_of_last = middle + half;
        let at = spot(middle, bottom + TICK + 4.0 + SMALL * CAPITAL);
        scene.text(tick.text, at, Anchor::Middle, SMALL, palette.text);
    }
    let unit = fitted(&chart.unit, SMALL, width);
    let at = spot(at.x + width / 2.0, bottom + TICK + 22.0 + SMALL * CAPITAL);
    scene.text(unit, at, Anchor::Middle, SMALL, palette.text);
}
