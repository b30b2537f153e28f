//! What each goal asks for next, and what it takes as the answer.

use crate::statistics::pareto::{self, Trade};

use super::{Effort, Goal, HOPELESS, RUNNERS_UP, Search, Step, Verdict, WITHIN_POINTS};

/// Runners-up of the fastest network take at most this many times as long.
const SLOWER: f64 = 1.5;

impl Search {
    /// What to time next; `None` when the answer is certain enough.
    pub(in crate::cli::choose) fn next(&mut self) -> Option<Step> {
        let step = self.unsettled().or_else(|| self.contender()).or_else(|| self.study());
        step.or_else(|| {
            let step = self.runner_up().filter(|_| self.runners_up < RUNNERS_UP)?;
            self.runners_up += 1;
            Some(step)
        })
    }

    /// The answer: one network, the front from the fastest on, or nothing.
    pub(in crate::cli::choose) fn best(&self) -> Vec<usize> {
        match self.goal {
            Goal::Front => self.front(),
            Goal::MostAccurate { .. } => self.most_accurate().into_iter().collect(),
            Goal::Fastest => self.fastest().into_iter().collect(),
        }
    }

    /// Timed networks worth a look beside the best: nearly as accurate and faster, or more accurate and nearly as fast. If nothing
    /// is within the limit, those that are nearest to it.
    pub(in crate::cli::choose) fn runners_up(&self) -> Vec<usize> {
        match (self.goal, self.best().first()) {
            (Goal::Front, _) => vec![],
            (_, None) => self.sorted_by_time(self.looked_at()).into_iter().take(2).collect(),
            (_, Some(best)) => {
                let is_near = |one: &usize| one != best && self.is_near(*one, *best);
                self.front().into_iter().filter(is_near).collect()
            }
        }
    }

    /// Of the networks that were timed well enough, those that are worth having, from the fastest on.
    fn front(&self) -> Vec<usize> {
        let timed: Vec<_> = self.looked_at().collect();
        let trade = |one: &usize| Trade { cost: self.expected(*one), value: self.candidates[*one].top1 };
        let is_on_front = pareto::front(&timed.iter().map(trade).collect::<Vec<_>>());
        let front =
            timed.into_iter().zip(is_on_front).filter_map(|(one, is_on_front)| is_on_front.then_some(one));
        self.sorted_by_time(front)
    }

    /// Why a network is the answer or is not.
    pub(in crate::cli::choose) fn verdict(&self, one: usize) -> Verdict {
        if self.best().contains(&one) {
            return Verdict::Best;
        }
        if self.timings[one].is_some() {
            return Verdict::Timed;
        }
        let limit = self.limit(one);
        match self.predicted(one) {
            _ if self.bound(one) > limit => Verdict::Bound { at_least_ms: self.bound(one) },
            Some(predicted) if predicted.at_least_ms > limit => Verdict::Predicted(predicted),
            _ => Verdict::CannotWin,
        }
    }

    /// Whether it was not timed and may still be the answer.
    pub(super) fn may_win(&self, one: usize) -> bool {
        let is_better = match (self.goal, self.most_accurate()) {
            (Goal::MostAccurate { .. }, Some(best)) => self.is_better(one, best),
            _ => true,
        };
        is_better && self.timings[one].is_none() && self.at_least(one) <= self.limit(one)
    }

    /// The time within which a candidate may be the answer.
    fn limit(&self, one: usize) -> f64 {
        match self.goal {
            Goal::MostAccurate { max_ms } => max_ms,
            Goal::Fastest => self.fastest().map_or(f64::INFINITY, |best| self.expected(best)),
            Goal::Front => self.limit_of_front(one),
        }
    }

    /// Networks that were timed for more than a glance.
    fn looked_at(&self) -> impl Iterator<Item = usize> + '_ {
        let is_looked_at =
            |one: &usize| self.timings[*one].is_some_and(|timing| timing.effort > Effort::Glance);
        (0..self.candidates.len()).filter(is_looked_at)
    }

    /// The most accurate within the limit, of those timed well enough to know.
    fn most_accurate(&self) -> Option<usize> {
        let Goal::MostAccurate { max_ms } = self.goal else { return None };
        let fitting = self.looked_at().filter(|one| self.expected(*one) <= max_ms);
        fitting.reduce(|best, one| if self.is_better(one, best) { one } else { best })
    }

    fn fastest(&self) -> Option<usize> {
        self.looked_at().min_by(|a, b| self.expected(*a).total_cmp(&self.expected(*b)))
    }

    /// More accurate, or as accurate and faster.
    fn is_better(&self, one: usize, other: usize) -> bool {
        let (a, b) = (self.candidates[one].top1, self.candidates[other].top1);
        a > b || a == b && self.expected(one) < self.expected(other)
    }

    /// Whether another timed network is at least as accurate, and faster.
    fn is_dominated(&self, one: usize) -> bool {
        self.limit_of_front(one) < self.expected(one)
    }

    /// The time of the fastest timed network that is at least as accurate.
    fn limit_of_front(&self, one: usize) -> f64 {
        let is_above = |other: &usize| self.candidates[*other].top1 >= self.candidates[one].top1;
        let others = self.looked_at().filter(|other| *other != one).filter(is_above);
        others.map(|other| self.expected(other)).fold(f64::INFINITY, f64::min)
    }

    fn sorted_by_time(&self, found: impl Iterator<Item = usize>) -> Vec<usize> {
        let mut found: Vec<_> = found.collect();
        found.sort_by(|a, b| self.expected(*a).total_cmp(&self.expected(*b)));
        found
    }

    /// A timed network that may be the answer, and needs a better look to know.
    fn unsettled(&self) -> Option<Step> {
        (0..self.candidates.len()).find_map(|one| {
            let timing = self.timings[one]?;
            let limit = self.limit(one);
            let best = self.best().first().copied();
            let may_matter = match self.goal {
                Goal::MostAccurate { .. } => best.is_none_or(|best| one == best || self.is_better(one, best)),
                Goal::Fastest | Goal::Front => true,
            };
            let is_close = match self.goal {
                Goal::MostAccurate { .. } => timing.interval.0 <= limit && timing.interval.1 > limit,
                // Which of two is faster is told by their medians; both need a good one.
                Goal::Fastest => best != Some(one) && timing.interval.0 <= limit,
                Goal::Front => false,
            };
            let effort = match timing.effort {
                Effort::Glance if timing.min > HOPELESS * limit => None,
                Effort::Glance => Some(Effort::Look),
                Effort::Look if is_close => Some(Effort::Study),
                Effort::Look | Effort::Study => None,
            };
            Some(Step { candidate: one, effort: effort.filter(|_| may_matter)? })
        })
    }

    /// The most promising of those that were not timed and may be the answer.
    fn contender(&self) -> Option<Step> {
        let open = || (0..self.candidates.len()).filter(|one| self.may_win(*one));
        let by_time = |a: &usize, b: &usize| self.expected(*a).total_cmp(&self.expected(*b));
        let fitting = || {
            let Goal::MostAccurate { max_ms } = self.goal else { return None };
            // If it is as fast as predicted, no less accurate one has to be timed.
            let fitting = open().filter(|one| self.expected(*one) <= max_ms);
            fitting.reduce(|best, one| if self.is_better(one, best) { one } else { best })
        };
        let candidate = fitting().or_else(|| open().min_by(by_time))?;
        Some(Step { candidate, effort: Effort::Glance })
    }

    /// The best, if it has not been timed for long.
    fn study(&self) -> Option<Step> {
        let best = self.best().into_iter().find(|best| {
            self.goal != Goal::Front
                && self.timings[*best].is_some_and(|timing| timing.effort < Effort::Study)
        });
        best.map(|candidate| Step { candidate, effort: Effort::Study })
    }

    /// A network that cannot win, but should stand below the best or in its place.
    fn runner_up(&self) -> Option<Step> {
        let not_timed = (0..self.candidates.len())
            .filter(|one| self.timings[*one].is_none_or(|timing| timing.effort == Effort::Glance));
        let by_time = |a: &usize, b: &usize| self.expected(*a).total_cmp(&self.expected(*b));
        let candidate = match (self.goal, self.best().first()) {
            (Goal::Front, _) => None,
            (_, Some(best)) => {
                let near = not_timed.filter(|one| self.is_near(*one, *best) && !self.is_dominated(*one));
                near.min_by(by_time)
            }
            (_, None) => {
                let second = self.sorted_by_time(self.looked_at()).get(1).map(|one| self.expected(*one));
                let faster = not_timed.filter(|one| second.is_none_or(|second| self.expected(*one) < second));
                faster.min_by(by_time)
            }
        };
        candidate.map(|candidate| Step { candidate, effort: Effort::Look })
    }

    /// Whether a network belongs beside the best.
    fn is_near(&self, one: usize, best: usize) -> bool {
        let [gain, time] = [
            self.candidates[one].top1 - self.candidates[best].top1,
            self.expected(one) / self.expected(best),
        ];
        match self.goal {
            Goal::Fastest => gain > 0.0 && time <= SLOWER,
            _ => (-WITHIN_POINTS..0.0).contains(&gain) && time < 1.0,
        }
    }
}
