//! Labels beside points, none of which covers anything.
//!
//! Each label takes the best place that is free: first those of the front, then those with the least choice. Then those that found none take a place from
//! others that have another one. Nothing is random: the same points give the same places.

mod candidates;
#[cfg(test)]
mod tests;

use crate::plot::drawing::geometry::{Area, Spot};
use crate::plot::drawing::marks::mark_area;
use candidates::{Candidate, candidates};

/// Between a label and what it must not touch.
const CLEARANCE: f64 = 1.5;

/// More rounds rarely find places for more labels.
const ROUNDS: usize = 4;

/// How many labels may move for one.
const MOST_MOVED: usize = 2;

/// What a place costs more that covers a part of the front, whose line crosses an error bar, or that is as near to another
/// point: as much as two steps farther away.
const FAULT: u32 = 200;

/// A label to place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Request {
    pub(super) point: Spot,
    /// What the point and its error bars cover.
    pub(super) reach: Area,
    pub(super) width: f64,
    pub(super) height: f64,
    /// Whether it is placed before those that are not.
    pub(super) is_on_front: bool,
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
    pub(super) fronts: &'a [Vec<Spot>],
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
    let choices = requests.iter().map(|request| choices(request, surroundings)).collect();
    let mut arrangement = Arrangement { choices, chosen: vec![None; requests.len()] };
    let mut order: Vec<usize> = (0..requests.len()).collect();
    order.sort_by_key(|&label| (!requests[label].is_on_front, arrangement.choices[label].len()));
    for &label in &order {
        arrangement.take_best(label);
    }
    for _ in 0..ROUNDS {
        for &label in &order {
            arrangement.make_room(label);
        }
        for &label in &order {
            arrangement.take_best(label);
        }
    }
    let places = arrangement.chosen.into_iter();
    places.map(|choice| choice.map(|Candidate { area, leader, .. }| Placed { area, leader })).collect()
}

/// The places of a label that are free before any other label is placed, the best first.
fn choices(request: &Request, surroundings: &Surroundings) -> Vec<Candidate> {
    let all = candidates(request.point, request.reach, request.width, request.height);
    let mut choices: Vec<_> = all.filter_map(|candidate| surroundings.admit(request, candidate)).collect();
    choices.sort_by_key(|candidate| candidate.cost);
    choices
}

impl Surroundings<'_> {
    /// The candidate with the cost of the lines that it covers, unless it covers more.
    fn admit(&self, request: &Request, candidate: Candidate) -> Option<Candidate> {
        let own = request.point;
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
        let mut lines = self.fronts.iter().flat_map(|front| front.windows(2));
        let covers_front = lines.any(|ends| area.is_crossed(ends[0], ends[1]));
        let is_tangled = candidate.leader.is_some_and(|leader| {
            self.error_bars.iter().any(|bar| !belongs(*bar, own) && lines_cross(leader, *bar))
        });
        let distance = candidate.area.distance(&request.reach);
        let is_nearer =
            |point: &Spot| *point != own && candidate.area.distance(&mark_area(*point)) < distance + 2.0;
        let is_ambiguous = candidate.leader.is_none() && self.points.iter().any(is_nearer);
        let faults = [covers_front, is_tangled, is_ambiguous].into_iter().filter(|fault| *fault).count();
        let cost = candidate.cost + FAULT * faults as u32;
        Some(Candidate { cost, ..candidate })
    }
}

/// Whether an error bar is that of the point: it runs through it.
pub(super) fn belongs((from, to): (Spot, Spot), point: Spot) -> bool {
    let is_level = from.y == point.y && to.y == point.y && (from.x..=to.x).contains(&point.x);
    // Places count downwards, values upwards.
    let is_upright = from.x == point.x && to.x == point.x && (to.y..=from.y).contains(&point.y);
    is_level || is_upright
}

/// Labels at their places.
struct Arrangement {
    /// Where each label may stand, the best first.
    choices: Vec<Vec<Candidate>>,
    /// Where it stands.
    chosen: Vec<Option<Candidate>>,
}

impl Arrangement {
    /// Moves a label to the best place that is free. Returns whether there is one.
    fn take_best(&mut self, label: usize) -> bool {
        self.chosen[label] = None;
        let best = self.choices[label].iter().find(|choice| self.in_the_way(choice).next().is_none());
        self.chosen[label] = best.copied();
        best.is_some()
    }

    /// If a label has no place, gives it the best one that others can leave for places of their own.
    fn make_room(&mut self, label: usize) {
        if self.chosen[label].is_some() {
            return;
        }
        for choice in self.choices[label].clone() {
            let in_the_way: Vec<_> = self.in_the_way(&choice).take(MOST_MOVED + 1).collect();
            if in_the_way.len() > MOST_MOVED {
                continue;
            }
            let before = self.chosen.clone();
            self.chosen[label] = Some(choice);
            for other in &in_the_way {
                self.chosen[*other] = None;
            }
            if in_the_way.iter().all(|other| self.take_best(*other)) {
                return;
            }
            self.chosen = before;
        }
    }

    /// The labels that leave no room for a candidate.
    fn in_the_way(&self, candidate: &Candidate) -> impl Iterator<Item = usize> {
        let chosen = self.chosen.iter().enumerate();
        chosen
            .filter(|(_, other)| other.is_some_and(|other| touch(candidate, &other)))
            .map(|(label, _)| label)
    }
}

/// Whether two labels or their lines touch.
fn touch(a: &Candidate, b: &Candidate) -> bool {
    let covers = |area: &Area, leader: Option<(Spot, Spot)>| {
        leader.is_some_and(|(from, to)| area.grown(CLEARANCE).is_crossed(from, to))
    };
    let do_cross = a.leader.zip(b.leader).is_some_and(|(a, b)| lines_cross(a, b));
    a.area.grown(CLEARANCE).intersects(&b.area)
        || covers(&a.area, b.leader)
        || covers(&b.area, a.leader)
        || do_cross
}

/// Whether two lines have a place in common that is not an end of both.
fn lines_cross((a, b): (Spot, Spot), (c, d): (Spot, Spot)) -> bool {
    let side = |from: Spot, to: Spot, at: Spot| {
        (to.x - from.x) * (at.y - from.y) - (to.y - from.y) * (at.x - from.x)
    };
    side(a, b, c) * side(a, b, d) < 0.0 && side(c, d, a) * side(c, d, b) < 0.0
}
