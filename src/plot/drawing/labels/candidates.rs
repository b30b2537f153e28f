//! Where a label may stand: close to its point, or farther away with a line to it.

use std::f64::consts::TAU;

use crate::plot::drawing::geometry::{Area, Spot, spot};
use crate::plot::drawing::marks::RADIUS;

/// Between the middle of a point and a label close to it.
const CLOSE: f64 = RADIUS + 4.0;

/// Between the middle of a point and labels with a line.
const FAR: [f64; 8] = [15.0, 21.0, 28.0, 37.0, 48.0, 62.0, 80.0, 105.0];

/// How many places there are at each of these distances.
const DIRECTIONS: usize = 24;

/// What a distance costs more than the one before it: more than any difference between directions.
const STEP: u32 = 100;

/// A place for a label.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Candidate {
    pub(super) area: Area,
    pub(super) leader: Option<(Spot, Spot)>,
    /// The lower the better.
    pub(super) cost: u32,
}

/// All places for a label of this size, the best first.
pub(super) fn candidates(point: Spot, width: f64, height: f64) -> impl Iterator<Item = Candidate> {
    let close = close(point, width, height).into_iter().enumerate();
    let close = close.map(|(rank, area)| Candidate { area, leader: None, cost: rank as u32 });
    let far = FAR.into_iter().zip(1..).flat_map(move |(distance, ring)| {
        (0..DIRECTIONS).map(move |direction| {
            let (sin, cos) = (direction as f64 / DIRECTIONS as f64 * TAU).sin_cos();
            let tip = spot(point.x + cos * distance, point.y - sin * distance);
            // The tip is on the edge of the label, the middle of which lies farther on.
            let middle = spot(tip.x + cos * width / 2.0, tip.y - sin * height / 2.0);
            let area = Area::around(middle, width / 2.0, height / 2.0);
            let end = area.nearest(point);
            // Lines that run sideways are easier to follow than steep ones, and read from left to right.
            let rank = (sin.abs() * 10.0) as u32 + u32::from(cos < 0.0) * 5;
            Candidate { area, leader: Some((from_edge(point, end), end)), cost: ring * STEP + rank }
        })
    });
    close.chain(far)
}

/// To the right, to the left, above and below, then at the corners.
fn close(point: Spot, width: f64, height: f64) -> [Area; 8] {
    let (x, y) = (CLOSE + width / 2.0, CLOSE + height / 2.0);
    // A corner of the label may come closer than its sides.
    let (corner_x, corner_y) = (x - 3.0, y - 3.0);
    let middles = [
        (x, 0.0),
        (-x, 0.0),
        (0.0, -y),
        (0.0, y),
        (corner_x, -corner_y),
        (corner_x, corner_y),
        (-corner_x, -corner_y),
        (-corner_x, corner_y),
    ];
    middles.map(|(dx, dy)| Area::around(spot(point.x + dx, point.y + dy), width / 2.0, height / 2.0))
}

/// Where a line from `point` to `end` leaves the mark.
fn from_edge(point: Spot, end: Spot) -> Spot {
    let (dx, dy) = (end.x - point.x, end.y - point.y);
    let length = dx.hypot(dy).max(RADIUS);
    let share = (RADIUS + 1.0) / length;
    spot(point.x + dx * share, point.y + dy * share)
}
