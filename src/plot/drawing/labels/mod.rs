//! Labels beside points, none of which covers anything.
//!
//! Each label takes the best place that is free, those with the least choice first. Then those that found none go first in the
//! next round. Of all rounds the one counts that leaves out the fewest labels, and of those the one whose labels are closest.
//! Nothing is random: the same points give the same places.

mod candidates;
#[cfg(test)]
mod tests;

use crate::plot::drawing::geometry::{Area, Spot};
use crate::plot::drawing::marks::mark_area;
use candidates::{Candidate, candidates};

/// Between a label and what it must not touch.
const CLEARANCE: f64 = 1.5;

/// More rounds rarely find places for more labels.
const ROUNDS: usize = 16;

/// What a place costs that covers a part of the front or whose line crosses an error bar: as much as two steps farther away.
const COVERS_LINE: u32 = 200;

/// A label to place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Request {
    pub(super) point: Spot,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// What labels keep clear of.
#[derive(Debug)]
pub(super) struct Surroundings<'a> {
    /// What no label may leave.
    pub(super) frame: Area,
    /// All points, with or without a label.
    pub(super) points: &'a [Spot],
    pub(super) error_bars: &'a [(Spot, Spot)],
    /// Covered only where nothing else is free.
    pub(super) front: &'a [Spot],
}

/// Where a label stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Placed {
    pub(super) area: Area,
    /// A line from the point to a label that is not beside it.
    pub(super) leader: Option<(Spot, Spot)>,
}

/// A place for each label, or `None` where nothing is free.
pub(super) fn place(requests: &[Request], surroundings: &Surroundings) -> Vec<Option<Placed>> {
    let choices: Vec<_> = requests.iter().map(|request| choices(request, surroundings)).collect();
    let mut order: Vec<usize> = (0..requests.len()).collect();
    order.sort_by_key(|&index| choices[index].len());
    let mut best = Round::of(&order, &choices);
    let mut last = best.clone();
    for _ in 0..ROUNDS {
        let (failed, placed): (Vec<_>, Vec<_>) =
            order.iter().partition(|&&index| last.chosen[index].is_none());
        if failed.is_empty() {
            break;
        }
        order = failed.into_iter().chain(placed).collect();
        last = Round::of(&order, &choices);
        if last.rank() < best.rank() {
            best = last.clone();
        }
    }
    let places = best.chosen.into_iter();
    places.map(|choice| choice.map(|Candidate { area, leader, .. }| Placed { area, leader })).collect()
}

/// The places of a label that are free before any other label is placed, the best first.
fn choices(request: &Request, surroundings: &Surroundings) -> Vec<Candidate> {
    let all = candidates(request.point, request.width, request.height);
    let mut choices: Vec<_> =
        all.filter_map(|candidate| surroundings.admit(request.point, candidate)).collect();
    choices.sort_by_key(|candidate| candidate.cost);
    choices
}

impl Surroundings<'_> {
    /// The candidate with the cost of the lines that it covers, unless it covers more.
    fn admit(&self, own: Spot, candidate: Candidate) -> Option<Candidate> {
        let area = candidate.area.grown(CLEARANCE);
        let is_covered = |point: &Spot| {
            let mark = mark_area(*point);
            let is_crossed = |(from, to)| *point != own && mark.is_crossed(from, to);
            area.intersects(&mark) || candidate.leader.is_some_and(is_crossed)
        };
        let covers_bar = self.error_bars.iter().any(|(from, to)| area.is_crossed(*from, *to));
        if !self.frame.contains(&area) || self.points.iter().any(is_covered) || covers_bar {
            return None;
        }
        let covers_front = self.front.windows(2).any(|ends| area.is_crossed(ends[0], ends[1]));
        let is_tangled = candidate.leader.is_some_and(|leader| {
            self.error_bars.iter().any(|bar| !starts_at(*bar, own) && lines_cross(leader, *bar))
        });
        let cost = candidate.cost + COVERS_LINE * (u32::from(covers_front) + u32::from(is_tangled));
        Some(Candidate { cost, ..candidate })
    }
}

/// Whether an error bar is that of the point.
fn starts_at((from, to): (Spot, Spot), point: Spot) -> bool {
    from.x == point.x && to.x == point.x || from.y == point.y && to.y == point.y
}

/// One pass over all labels.
#[derive(Clone, Debug)]
struct Round {
    /// By the index of the label.
    chosen: Vec<Option<Candidate>>,
}

impl Round {
    fn of(order: &[usize], choices: &[Vec<Candidate>]) -> Self {
        let mut round = Self { chosen: vec![None; choices.len()] };
        for &index in order {
            round.chosen[index] = choices[index].iter().find(|choice| round.is_free(choice)).copied();
        }
        round
    }

    fn is_free(&self, candidate: &Candidate) -> bool {
        let area = candidate.area.grown(CLEARANCE);
        self.chosen.iter().flatten().all(|other| {
            let covers = |area: &Area, leader: Option<(Spot, Spot)>| {
                leader.is_some_and(|(from, to)| area.is_crossed(from, to))
            };
            let do_cross = candidate.leader.zip(other.leader).is_some_and(|(a, b)| lines_cross(a, b));
            let do_cover =
                covers(&area, other.leader) || covers(&other.area.grown(CLEARANCE), candidate.leader);
            !area.intersects(&other.area) && !do_cover && !do_cross
        })
    }

    /// How many labels are left out, and how far away the others are: the lower the better.
    fn rank(&self) -> (usize, u32) {
        let left_out = self.chosen.iter().filter(|choice| choice.is_none()).count();
        (left_out, self.chosen.iter().flatten().map(|choice| choice.cost).sum())
    }
}

/// Whether two lines have a place in common that is not an end of both.
fn lines_cross((a, b): (Spot, Spot), (c, d): (Spot, Spot)) -> bool {
    let side = |from: Spot, to: Spot, at: Spot| {
        (to.x - from.x) * (at.y - from.y) - (to.y - from.y) * (at.x - from.x)
    };
    side(a, b, c) * side(a, b, d) < 0.0 && side(c, d, a) * side(c, d, b) < 0.0
}
