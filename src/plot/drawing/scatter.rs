//! Points with error bars, labels and a front.

use std::collections::BTreeMap;

use super::font::{DESCENT, fitted, width};
use super::geometry::{Area, Spot, spot};
use super::labels::{Request, Surroundings, belongs, place};
use super::legend::{Entry, NOTE_HEIGHT, SMALL, Sample, further_lines, legend, note, title};
use super::marks::{draw_mark, mark_area};
use super::palette::Palette;
use super::plane::{AxisPlan, Plane};
use super::scale::{Scale, has_place};
use super::scene::{Anchor, Scene, Shape, Stroke};
use crate::plot::figure::{Axis, Point, Scatter};

/// The height of a chart of this width. Further lines of the legend make it higher, and leave the plane as it is.
pub(super) fn height(palette: &Palette, chart: &Scatter, width: f64) -> f64 {
    let points = placeable(chart);
    let entries = entries(&points, &names_of_series(&points), palette);
    (width * 0.88).round() + further_lines(&entries, width)
}

/// With more labels than this none could be read: then only the points of the front have one.
const MOST_LABELS: usize = 150;

/// The widest label.
const LABEL_WIDTH: f64 = 180.0;

/// Half of the line across each end of an error bar.
const CAP: f64 = 3.0;

/// Draws the chart into `room`, and returns where it ends.
pub(super) fn draw(scene: &mut Scene, palette: &Palette, chart: &Scatter, mut room: Area) -> f64 {
    let points = placeable(chart);
    let series = names_of_series(&points);
    title(scene, palette, &chart.title, &mut room);
    legend(scene, palette, &entries(&points, &series, palette), &mut room);
    let foot = room;
    room.bottom -= NOTE_HEIGHT;
    let x = plan(&chart.x, points.iter().map(|point| (point.x, point.x_range)));
    let y = plan(&chart.y, points.iter().map(|point| (point.y, point.y_range)));
    let plane = Plane::draw(scene, palette, &room, &x, &y);

    let spots: Vec<_> = points.iter().map(|point| plane.position(point.x, point.y)).collect();
    let bars: Vec<_> =
        points.iter().zip(&spots).flat_map(|(point, at)| error_bars(&plane, point, *at)).collect();
    draw_error_bars(scene, palette, &bars);
    let at = |front: Vec<usize>| front.into_iter().map(|index| spots[index]).collect();
    let fronts: Vec<Vec<Spot>> = fronts(&points).into_iter().map(at).collect();
    let lines =
        fronts.iter().map(|spots| Shape::Line { spots: spots.clone(), stroke: front_stroke(palette) });
    scene.shapes.extend(lines);
    let surroundings = Surroundings { frame: plane.area, points: &spots, error_bars: &bars, fronts: &fronts };
    let labels = labels(&points);
    let is_on_front = |label: &(usize, String)| points[label.0].is_on_front;
    let placed = draw_labels(scene, palette, &labels, &surroundings, &is_on_front);
    for (point, at) in points.iter().zip(&spots) {
        let index = series.iter().position(|name| *name == point.series);
        draw_mark(scene, palette, index.unwrap_or_default(), *at);
    }
    let labelled = points.iter().filter(|point| !point.label.is_empty()).count();
    let text = what_is_missing(chart.points.len() - points.len(), labelled - placed, points.len());
    note(scene, palette, &text, &foot)
}

/// The points that have a place on both axes.
fn placeable(chart: &Scatter) -> Vec<&Point> {
    let has_place = |point: &&Point| has_place(chart.x.is_log, point.x) && has_place(chart.y.is_log, point.y);
    chart.points.iter().filter(has_place).collect()
}

/// In the order in which they first appear.
fn names_of_series<'a>(points: &[&'a Point]) -> Vec<&'a str> {
    let mut names: Vec<&str> = vec![];
    for point in points {
        if !names.contains(&&*point.series) {
            names.push(&point.series);
        }
    }
    names
}

/// The legend. A single series needs no name beside that of the chart, unless there is a front to tell it from.
fn entries(points: &[&Point], series: &[&str], palette: &Palette) -> Vec<Entry> {
    let lines = fronts(points).len();
    let has_front = lines > 0;
    let named = series.iter().enumerate().filter(|(_, name)| !name.is_empty());
    let named = named.filter(|_| has_front || series.len() > 1);
    let named = named.map(|(index, name)| Entry { sample: Sample::Mark(index), name: (*name).to_owned() });
    let name = if lines > 1 { "Pareto fronts" } else { "Pareto front" };
    let front = Entry { sample: Sample::Line(front_stroke(palette)), name: name.into() };
    named.chain(has_front.then_some(front)).collect()
}

fn front_stroke(palette: &Palette) -> Stroke {
    Stroke { colour: palette.line, width: 1.5, dash: Some(5.0) }
}

/// An axis for values with their error bars. A value that is its own range has no bar.
fn plan(axis: &Axis, values: impl Iterator<Item = (f64, Option<(f64, f64)>)>) -> AxisPlan<'_> {
    let values = values.flat_map(|(value, range)| {
        let (low, high) = range.unwrap_or((value, value));
        [value, low, high]
    });
    AxisPlan { title: &axis.title, scale: Scale::around(values, axis.is_log, 0.0, 1.0) }
}

/// The error bars of a point. An end that has no place is where the axis ends; one that is no number ends the bar at the point.
fn error_bars(plane: &Plane, point: &Point, at: Spot) -> Vec<(Spot, Spot)> {
    let ends = |range: Option<(f64, f64)>, scale: &Scale, value: f64| {
        let (low, high) = range.filter(|(low, high)| low < high)?;
        let place = |end: f64| scale.position(if end.is_nan() { value } else { end });
        Some((place(low), place(high)))
    };
    let x = ends(point.x_range, &plane.x, point.x).map(|(from, to)| (spot(from, at.y), spot(to, at.y)));
    let y = ends(point.y_range, &plane.y, point.y).map(|(from, to)| (spot(at.x, from), spot(at.x, to)));
    x.into_iter().chain(y).collect()
}

fn draw_error_bars(scene: &mut Scene, palette: &Palette, bars: &[(Spot, Spot)]) {
    let stroke = Stroke::plain(palette.line, 1.0);
    for &(from, to) in bars {
        scene.line(from, to, stroke);
        let (dx, dy) = if from.y == to.y { (0.0, CAP) } else { (CAP, 0.0) };
        for end in [from, to] {
            scene.line(spot(end.x - dx, end.y - dy), spot(end.x + dx, end.y + dy), stroke);
        }
    }
}

/// The points of each front that has a line, from left to right.
fn fronts(points: &[&Point]) -> Vec<Vec<usize>> {
    let mut fronts = BTreeMap::<usize, Vec<usize>>::new();
    for (index, point) in points.iter().enumerate().filter(|(_, point)| point.is_on_front) {
        fronts.entry(point.group).or_default().push(index);
    }
    let mut fronts: Vec<_> = fronts.into_values().filter(|front| front.len() > 1).collect();
    for front in &mut fronts {
        front.sort_by(|&a, &b| points[a].x.total_cmp(&points[b].x).then(points[a].y.total_cmp(&points[b].y)));
    }
    fronts
}

/// The labels to be placed, each with the index of its point.
fn labels(points: &[&Point]) -> Vec<(usize, String)> {
    let labelled = points.iter().enumerate().filter(|(_, point)| !point.label.is_empty());
    let is_crowded = labelled.clone().count() > MOST_LABELS;
    let labelled = labelled.filter(|(_, point)| !is_crowded || point.is_on_front).take(MOST_LABELS);
    labelled.map(|(index, point)| (index, fitted(&point.label, SMALL, LABEL_WIDTH))).collect()
}

/// Draws the labels that find a place, and returns how many do.
fn draw_labels(
    scene: &mut Scene,
    palette: &Palette,
    labels: &[(usize, String)],
    surroundings: &Surroundings,
    is_on_front: &dyn Fn(&(usize, String)) -> bool,
) -> usize {
    let request = |label: &(usize, String)| {
        let (index, text) = label;
        let point = surroundings.points[*index];
        let own = surroundings.error_bars.iter().filter(|bar| belongs(**bar, point));
        let reach = own.fold(mark_area(point), |reach, (from, to)| Area {
            left: reach.left.min(from.x),
            top: reach.top.min(to.y),
            right: reach.right.max(to.x),
            bottom: reach.bottom.max(from.y),
        });
        Request { point, reach, width: width(text, SMALL), height: SMALL, is_on_front: is_on_front(label) }
    };
    let requests: Vec<_> = labels.iter().map(request).collect();
    let places = place(&requests, surroundings);
    for ((_, text), place) in labels.iter().zip(&places) {
        let Some(place) = place else { continue };
        if let Some((from, to)) = place.leader {
            scene.line(from, to, Stroke::plain(palette.line.mixed(palette.background, 0.3), 0.8));
        }
        // The baseline, with the descenders of letters inside the place.
        let at = spot(place.area.left, place.area.bottom - SMALL * DESCENT);
        scene.text(text.as_str(), at, Anchor::Start, SMALL, palette.text);
    }
    places.iter().flatten().count()
}

/// What a reader would miss.
fn what_is_missing(points: usize, labels: usize, drawn: usize) -> String {
    let count = |count: usize, one: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        count => Some(format!("{count} {one}s")),
    };
    let points =
        count(points, "point").map(|points| format!("{points} without a finite value on these axes"));
    let labels = count(labels, "label").map(|labels| format!("{labels} for which there is no room"));
    let left_out: Vec<_> = points.into_iter().chain(labels).collect();
    match (drawn, left_out.is_empty()) {
        (0, true) => "No points.".into(),
        (_, true) => String::new(),
        (_, false) => format!("Left out: {}.", left_out.join("; ")),
    }
}
