//! What a search found, ready to be printed.

use super::networks::Network;
use super::search::{Goal, Search, Timing, Verdict};

/// The answer, and everything that it rests on.
pub(super) struct Report<'a> {
    pub goal: Goal,
    pub networks: &'a [Network],
    pub search: Search,
    /// CPU threads, and the flags that say where to run: ` --threads 1 --device cpu`.
    pub threads: usize,
    pub running: String,
    /// Floating-point operations per second in registers.
    pub peak: Option<f64>,
    /// Whether other work on the machine made the times doubtful.
    pub is_disturbed: bool,
}

/// How many networks were left out without being timed, by reason.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Untimed {
    pub bound: usize,
    pub predicted: usize,
    pub cannot_win: usize,
}

/// A timed network.
pub(super) struct Timed<'a> {
    pub network: &'a Network,
    pub timing: Timing,
}

impl Report<'_> {
    /// The answer: one network, or the front from the fastest on.
    pub(super) fn best(&self) -> Vec<Timed<'_>> {
        self.timed(&self.search.best())
    }

    /// Runners-up; if there is no answer, the networks nearest to it.
    pub(super) fn runners_up(&self) -> Vec<Timed<'_>> {
        self.timed(&self.search.runners_up())
    }

    fn timed(&self, found: &[usize]) -> Vec<Timed<'_>> {
        let timed =
            |one: &usize| Some(Timed { network: &self.networks[*one], timing: *self.search.timing(*one)? });
        found.iter().filter_map(timed).collect()
    }

    /// Networks whose time is so near the limit that another measurement may fall on its other side: the best, and those that would
    /// be the best.
    pub(super) fn near_limit(&self) -> Vec<Timed<'_>> {
        let Goal::MostAccurate { max_ms } = self.goal else { return vec![] };
        let best = self.best();
        let best = best.first();
        let all: Vec<_> = (0..self.networks.len()).collect();
        let is_near = |one: &Timed| one.timing.interval.0 <= max_ms && one.timing.interval.1 > max_ms;
        let matters = |one: &Timed| best.is_none_or(|best| one.network.top1 >= best.network.top1);
        self.timed(&all).into_iter().filter(|one| is_near(one) && matters(one)).collect()
    }

    /// How many were timed.
    pub(super) fn timed_count(&self) -> usize {
        (0..self.networks.len()).filter(|one| self.search.timing(*one).is_some()).count()
    }

    /// How many were not, and why.
    pub(super) fn untimed(&self) -> Untimed {
        let mut untimed = Untimed::default();
        for one in 0..self.networks.len() {
            match self.search.verdict(one) {
                Verdict::Best | Verdict::Timed => {}
                Verdict::Bound { .. } => untimed.bound += 1,
                Verdict::Predicted(_) => untimed.predicted += 1,
                Verdict::CannotWin => untimed.cannot_win += 1,
            }
        }
        untimed
    }

    /// The command that runs a network.
    pub(super) fn command(&self, network: &Network) -> String {
        format!("mnet classify photo.jpg{}{}", network.flags(), self.running)
    }

    /// The command that times it again, with percentiles.
    pub(super) fn bench(&self, network: &Network) -> String {
        let name = network.model().map(|name| format!(" --model {name}")).unwrap_or_default();
        format!("mnet bench --random-weights{name} --res {}{}", network.res, self.running)
    }
}
