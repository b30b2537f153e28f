//! Which networks have to be timed, and how well, until the answer is certain enough. Nothing here runs a network:
//! [`Search::next`] says what to time, and [`Search::record`] takes the times.
//!
//! 1. **A bound.** No network computes faster than the processor's peak of multiply-adds. One that is too slow even at the peak is
//!    never timed.
//! 2. **A prediction** ([`predict`]) from what was timed so far, with a margin. One that is too slow even if the prediction is
//!    wrong by its margin is never timed.
//! 3. **Short runs first.** After a glance, a network at over [`HOPELESS`] times the limit is given up. Only those near
//!    the limit, and the best, are timed for long.

mod goals;
mod predict;
mod terms;
#[cfg(test)]
mod tests;

use predict::Prediction;
pub(super) use terms::{Candidate, Effort, Goal, Step, Timing};

/// Why a network was not chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Verdict {
    /// It is the answer, or part of the front.
    Best,
    /// It was timed, and is slower or less accurate.
    Timed,
    /// At the processor's peak it would take this long.
    Bound { at_least_ms: f64 },
    /// It was not timed: too slow by prediction.
    Predicted(Prediction),
    /// It was not timed: its time cannot make it the answer.
    CannotWin,
}

/// After a glance, a network at over this many times the limit is given up. Outliers are slow, so its fastest run counts.
const HOPELESS: f64 = 2.0;

/// How many networks are timed only to stand below the best.
const RUNNERS_UP: usize = 3;

/// Runners-up are at most this much less accurate, points of percent.
const WITHIN_POINTS: f64 = 1.0;

/// A search over candidates.
#[derive(Debug)]
pub(super) struct Search {
    candidates: Vec<Candidate>,
    goal: Goal,
    timings: Vec<Option<Timing>>,
    /// Mult-Adds per millisecond that no network exceeds, if that is known.
    peak: Option<f64>,
    /// Networks that were timed only to stand below the best.
    runners_up: usize,
}

impl Search {
    pub(super) fn new(candidates: Vec<Candidate>, goal: Goal, peak: Option<f64>) -> Self {
        let timings = vec![None; candidates.len()];
        Self { candidates, goal, timings, peak, runners_up: 0 }
    }

    /// What was measured of a step. `peak` is the highest rate until now; a higher one than before may bring candidates back.
    pub(super) fn record(&mut self, step: Step, timing: Timing, peak: Option<f64>) {
        self.timings[step.candidate] = Some(timing);
        self.peak = peak.or(self.peak);
    }

    pub(super) fn timing(&self, candidate: usize) -> Option<&Timing> {
        self.timings[candidate].as_ref()
    }

    /// How many were timed, and how many need not be, as far as is known.
    pub(super) fn settled(&self) -> usize {
        let is_open = |one: &usize| self.timings[*one].is_none() && self.may_win(*one);
        self.timings.len() - (0..self.timings.len()).filter(is_open).count()
    }

    /// How long a candidate takes, by prediction.
    pub(super) fn predicted(&self, candidate: usize) -> Option<Prediction> {
        predict::predict(&self.candidates, &self.timings, self.peak, candidate)
    }

    /// The time of a candidate, measured or predicted.
    fn expected(&self, candidate: usize) -> f64 {
        let measured = self.timings[candidate].map(|timing| timing.median);
        // Without any measurement the order of Mult-Adds is all there is.
        let mult_adds = self.candidates[candidate].mult_adds;
        measured.or_else(|| Some(self.predicted(candidate)?.ms)).unwrap_or(mult_adds)
    }

    /// The shortest time that a candidate may take, as far as is known.
    fn at_least(&self, candidate: usize) -> f64 {
        if let Some(timing) = self.timings[candidate] {
            return timing.median;
        }
        self.bound(candidate).max(self.predicted(candidate).map_or(0.0, |predicted| predicted.at_least_ms))
    }

    /// The time of a candidate at the processor's peak.
    fn bound(&self, candidate: usize) -> f64 {
        self.peak.map_or(0.0, |peak| self.candidates[candidate].mult_adds / peak)
    }
}
