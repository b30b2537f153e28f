//! What a search is about: candidates, goals, and times with the effort behind them.

use std::time::Duration;

/// What is known about a network before it runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::cli::choose) struct Candidate {
    /// Top-1 accuracy, percent.
    pub top1: f64,
    pub mult_adds: f64,
    /// How many layers it has.
    pub layers: f64,
    /// Networks of one kind reach similar rates.
    pub kind: usize,
}

/// What is searched for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::cli::choose) enum Goal {
    /// The highest top-1 within this many milliseconds.
    MostAccurate { max_ms: f64 },
    /// The shortest time.
    Fastest,
    /// All that are faster than every other of at least their accuracy.
    Front,
}

/// How long a network is timed, all its runs together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::cli::choose) enum Effort {
    /// Tells a network at twice the limit from one within it.
    Glance,
    /// A median that is good to some percent.
    Look,
    /// A median to decide by, and to print.
    Study,
}

impl Effort {
    /// The least number of runs, and how long they are repeated.
    pub(in crate::cli::choose) fn plan(self) -> (usize, Duration) {
        match self {
            Self::Glance => (3, Duration::ZERO),
            Self::Look => (7, Duration::from_millis(200)),
            Self::Study => (15, Duration::from_secs(1)),
        }
    }
}

/// Times of a network, milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::cli::choose) struct Timing {
    pub min: f64,
    pub median: f64,
    /// The interval that holds the true median with 95 % confidence, a little wider.
    pub interval: (f64, f64),
    pub runs: usize,
    pub effort: Effort,
}

impl Timing {
    /// Of runs that took `times`, in any order, at least one.
    pub(in crate::cli::choose) fn of(times: &[f64], effort: Effort) -> Self {
        let mut times = times.to_vec();
        times.sort_by(f64::total_cmp);
        let runs = times.len();
        // The ranks between which the median of a distribution lies, by the normal approximation of the binomial one.
        let half_width = 0.98 * (runs as f64).sqrt();
        let lower = ((runs as f64 / 2.0 - half_width) as usize).max(1);
        let upper = ((runs as f64 / 2.0 + half_width).ceil() as usize + 1).min(runs);
        let interval = (times[lower - 1] / DRIFT, times[upper - 1] * DRIFT);
        Self { min: times[0], median: times[runs.div_ceil(2) - 1], interval, runs, effort }
    }
}

/// From one measurement to the next, a median moves by this factor even on a quiet machine: clock rates, where memory lies.
pub(super) const DRIFT: f64 = 1.02;

/// What to time next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli::choose) struct Step {
    pub candidate: usize,
    pub effort: Effort,
}
