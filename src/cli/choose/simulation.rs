//! The search on simulated machines: its answers beside those of an exhaustive grid, and what both cost.

use super::networks::Network;
use super::search::{Candidate, Goal, Search, Step, Timing};
use crate::statistics::pareto::{self, Trade};

/// A machine.
#[derive(Clone, Copy, Debug)]
struct Machine {
    name: &'static str,
    /// Mult-Adds per millisecond at the peak, and whether that is known.
    peak: f64,
    peak_is_known: bool,
    /// The lowest share of the peak that a kind of networks reaches; the highest is 0.95.
    lowest_share: f64,
    /// Milliseconds that every layer takes, whatever its size.
    per_layer: f64,
}

#[rustfmt::skip]
const MACHINES: [Machine; 4] = [
    Machine { name: "two cores", peak: 118e6, peak_is_known: true, lowest_share: 0.6, per_layer: 0.002 },
    Machine { name: "many cores", peak: 1.5e9, peak_is_known: true, lowest_share: 0.3, per_layer: 0.02 },
    Machine { name: "a kind that is slow", peak: 30e6, peak_is_known: true, lowest_share: 0.2, per_layer: 0.005 },
    Machine { name: "graphics card", peak: 2e9, peak_is_known: false, lowest_share: 0.3, per_layer: 0.03 },
];

/// A linear congruential generator.
struct Generator(u64);

impl Generator {
    fn between(&mut self, low: f64, high: f64) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        low + (high - low) * (self.0 >> 33) as f64 / (1_u64 << 31) as f64
    }
}

/// How long each candidate takes on a machine, without noise.
fn times(machine: Machine, candidates: &[Candidate], seed: u64) -> Vec<f64> {
    let mut generator = Generator(seed);
    let kinds = candidates.iter().map(|one| one.kind).max().unwrap_or_default() + 1;
    let shares: Vec<_> = (0..kinds).map(|_| generator.between(machine.lowest_share, 0.95)).collect();
    let time = |one: &Candidate| {
        // What neither kind nor size explains.
        let own = generator.between(0.9, 1.1);
        own * (machine.per_layer * one.layers + one.mult_adds / (machine.peak * shares[one.kind]))
    };
    candidates.iter().map(time).collect()
}

/// What a search or a grid did.
#[derive(Default)]
struct Spent {
    ms: f64,
    networks: usize,
}

/// Runs of one network: noise of 3 %, and every tenth run takes twice as long, two of the first ten.
fn run(time: f64, index: usize, generator: &mut Generator) -> f64 {
    let noise = generator.between(0.97, 1.03);
    time * noise * if index % 10 == 9 || index == 1 { 2.0 } else { 1.0 }
}

/// The answer of a search, and what it cost.
fn search(
    machine: Machine,
    candidates: &[Candidate],
    times: &[f64],
    goal: Goal,
    seed: u64,
) -> (Search, Spent) {
    let peak = machine.peak_is_known.then_some(machine.peak);
    let mut search = Search::new(candidates.to_vec(), goal, peak);
    let mut runs = vec![Vec::new(); candidates.len()];
    let (mut generator, mut spent) = (Generator(seed), Spent::default());
    while let Some(Step { candidate, effort }) = search.next() {
        let (least, duration) = effort.plan();
        let runs: &mut Vec<f64> = &mut runs[candidate];
        if runs.is_empty() {
            spent.networks += 1;
            spent.ms += times[candidate];
        }
        while runs.len() < least || runs.iter().sum::<f64>() < duration.as_secs_f64() * 1e3 {
            runs.push(run(times[candidate], runs.len(), &mut generator));
            spent.ms += runs[runs.len() - 1];
        }
        search.record(Step { candidate, effort }, Timing::of(runs, effort), peak);
    }
    (search, spent)
}

/// What `mnet bench` takes for all of them: 10 runs to warm up, and 2 seconds.
fn grid(times: &[f64]) -> f64 {
    times.iter().map(|time| 10.0 * time + time.max(2000.0)).sum()
}

/// Ten limits from the fastest network to the slowest.
fn limits(times: &[f64]) -> impl Iterator<Item = f64> {
    let fastest = times.iter().copied().fold(f64::INFINITY, f64::min);
    let slowest = times.iter().copied().fold(0.0, f64::max);
    (0..10).map(move |step| fastest * (slowest / fastest).powf((f64::from(step) + 0.5) / 10.0))
}

/// What searches found and cost, beside grids.
#[derive(Default)]
struct Score {
    searches: usize,
    right: usize,
    networks: usize,
    all_networks: usize,
    ms: f64,
    grid_ms: f64,
}

impl Score {
    fn add(&mut self, is_right: bool, spent: &Spent, times: &[f64]) {
        self.searches += 1;
        self.right += usize::from(is_right);
        self.networks += spent.networks;
        self.all_networks += times.len();
        self.ms += spent.ms;
        self.grid_ms += grid(times);
    }

    fn is_good(&self) -> bool {
        self.right * 10 >= self.searches * 9
            && self.networks * 3 <= self.all_networks
            && self.ms * 3.0 <= self.grid_ms
    }
}

impl std::fmt::Display for Score {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        let &Self { searches, right, networks, all_networks, ms, grid_ms } = self;
        write!(
            f,
            "{right} of {searches} right, {networks} of {all_networks} networks, {:.3} of the time",
            ms / grid_ms
        )
    }
}

const SEEDS: std::ops::Range<u64> = 0..3;

fn candidates() -> Vec<Candidate> {
    Network::candidates(&Network::most_accurate(&Network::all()))
}

/// The best of an exhaustive grid for 9 of 10 limits, with at most a third of its networks and of its time.
#[test]
fn the_most_accurate_within_a_limit_is_found() {
    let candidates = candidates();
    for machine in MACHINES {
        let mut score = Score::default();
        for seed in SEEDS {
            let times = times(machine, &candidates, seed);
            for max_ms in limits(&times) {
                let fitting = (0..times.len()).filter(|one| times[*one] <= max_ms);
                let best = fitting.max_by(|a, b| candidates[*a].top1.total_cmp(&candidates[*b].top1));
                let (search, spent) =
                    search(machine, &candidates, &times, Goal::MostAccurate { max_ms }, seed);
                score.add(search.best().first().copied() == best, &spent, &times);
            }
        }
        assert!(score.is_good(), "{}: {score}", machine.name);
    }
}

/// The same for the fastest, or one that takes 2 % longer: less than the noise.
#[test]
fn the_fastest_that_is_accurate_enough_is_found() {
    let candidates = candidates();
    for machine in MACHINES {
        let mut score = Score::default();
        for seed in SEEDS {
            let times = times(machine, &candidates, seed);
            for least in [50.0, 60.0, 66.0, 70.0, 72.0, 74.0, 76.0, 78.0, 80.0, 82.0] {
                let is_good = |one: &usize| candidates[*one].top1 >= least;
                let good: Vec<_> = (0..times.len()).filter(is_good).collect();
                let networks: Vec<_> = good.iter().map(|one| candidates[*one]).collect();
                let times: Vec<_> = good.iter().map(|one| times[*one]).collect();
                let shortest = times.iter().copied().fold(f64::INFINITY, f64::min);
                let (search, spent) = search(machine, &networks, &times, Goal::Fastest, seed);
                let found = search.best().first().is_some_and(|one| times[*one] <= 1.02 * shortest);
                score.add(found, &spent, &times);
            }
        }
        assert!(score.is_good(), "{}: {score}", machine.name);
    }
}

/// 95 % of the front of a grid, and of what is taken for it. It has a third of all networks, so that more have to be timed.
#[test]
fn nearly_all_of_the_front_is_found() {
    let candidates = candidates();
    for machine in MACHINES {
        let (mut score, mut found, mut of_front, mut of_answers) = (Score::default(), 0, 0, 0);
        for seed in SEEDS {
            let times = times(machine, &candidates, seed);
            let trades: Vec<_> = times
                .iter()
                .zip(&candidates)
                .map(|(cost, one)| Trade { cost: *cost, value: one.top1 })
                .collect();
            let is_on_front = pareto::front(&trades);
            let (search, spent) = search(machine, &candidates, &times, Goal::Front, seed);
            let answer = search.best();
            found += answer.iter().filter(|one| is_on_front[**one]).count();
            of_answers += answer.len();
            of_front += is_on_front.iter().filter(|is_on_front| **is_on_front).count();
            score.add(true, &spent, &times);
        }
        assert!(
            found * 20 >= of_front.max(of_answers) * 19,
            "{}: {found} of {of_front}, {of_answers}",
            machine.name
        );
        assert!(score.ms * 3.0 <= score.grid_ms, "{}: {score}", machine.name);
    }
}
