//! Where a label may stand: close to its point, or farther away with a line to it.

use std::f64::consts::TAU;

use crate::plot::drawing::geometry::{Area, Spot, spot};
use crate::plot::drawing::marks::RADIUS;

/// Between a point, or the end of its error bar, and a label close to it.
const CLOSE: f64 = 4.0;

/// Between the middle of a point and labels farther away, and whether a line leads to them.
const FAR: [(f64, bool); 9] = [
    (12.0, false),
    (20.0, true),
    (27.0, true),
    (35.0, true),
    (45.0, true),
    (57.0, true),
    (72.0, true),
    (90.0, true),
    (115.0, true),
];

/// How many places there are at each of these distances.
const DIRECTIONS: usize = 24;

/// What a distance costs more than the one before it: more than any difference between directions.
const STEP: u32 = 100;

/// Between a line and its label.
const LEADER_GAP: f64 = 2.0;

/// A place for a label.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Candidate {
    pub(super) area: Area,
    pub(super) leader: Option<(Spot, Spot)>,
    /// The lower the better.
    pub(super) cost: u32,
}

/// All places for a label of this size beside a point. `reach` is what the point and its error bars cover.
pub(super) fn candidates(
    point: Spot,
    reach: Area,
    width: f64,
    height: f64,
) -> impl Iterator<Item = Candidate> {
    let close = close(point, reach, width, height);
    let far = FAR.into_iter().zip(1..).flat_map(move |((distance, has_leader), ring)| {
        (0..DIRECTIONS).map(move |direction| {
            let (sin, cos) = (direction as f64 / DIRECTIONS as f64 * TAU).sin_cos();
            let tip = spot(point.x + cos * distance, point.y - sin * distance);
            // The tip is on the edge of the label, the middle of which lies farther on.
            let middle = spot(tip.x + cos * width / 2.0, tip.y - sin * height / 2.0);
            let area = Area::around(middle, width / 2.0, height / 2.0);
            // A slanting line is not taken for an error bar or an axis.
            let rank = ((sin.abs() - 0.6).abs() * 20.0) as u32 + u32::from(cos < 0.0) * 5;
            let leader = has_leader.then(|| leader(point, area.nearest(point)));
            Candidate { area, leader, cost: ring * STEP + rank }
        })
    });
    close.into_iter().chain(far)
}

/// To the right, to the left, above and below, then at the corners.
fn close(point: Spot, reach: Area, width: f64, height: f64) -> [Candidate; 8] {
    let (half_width, half_height) = (width / 2.0, height / 2.0);
    let (right, left) = (reach.right + CLOSE + half_width, reach.left - CLOSE - half_width);
    let (above, below) = (reach.top - CLOSE - half_height, reach.bottom + CLOSE + half_height);
    // A corner of the label may come closer than its sides.
    let (x, y) = (RADIUS + 1.0 + half_width, RADIUS + 1.0 + half_height);
    let middles = [
        (spot(right, point.y), reach.right - point.x),
        (spot(left, point.y), point.x - reach.left),
        (spot(point.x, above), point.y - reach.top),
        (spot(point.x, below), reach.bottom - point.y),
        (spot(point.x + x, point.y - y), RADIUS),
        (spot(point.x + x, point.y + y), RADIUS),
        (spot(point.x - x, point.y - y), RADIUS),
        (spot(point.x - x, point.y + y), RADIUS),
    ];
    let mut rank = 0;
    middles.map(|(middle, reach)| {
        rank += 3;
        let area = Area::around(middle, half_width, half_height);
        Candidate { area, leader: None, cost: rank + (reach - RADIUS).max(0.0) as u32 }
    })
}

/// A line from the edge of the mark at `point` to a label that begins at `end`.
fn leader(point: Spot, end: Spot) -> (Spot, Spot) {
    let (dx, dy) = (end.x - point.x, end.y - point.y);
    let length = dx.hypot(dy).max(RADIUS);
    let at = |distance: f64| spot(point.x + dx / length * distance, point.y + dy / length * distance);
    (at(RADIUS + 1.0), at(length - LEADER_GAP))
}
