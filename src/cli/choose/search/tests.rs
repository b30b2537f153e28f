//! Single steps of searches.

use super::terms::DRIFT;
use super::*;

/// Networks of one kind: top-1, and Mult-Adds that are their time on a machine whose peak is 2 of them per millisecond.
fn search(networks: &[(f64, f64)], goal: Goal) -> Search {
    let candidate = |&(top1, mult_adds)| Candidate { top1, mult_adds, layers: 10.0, kind: 0 };
    Search::new(networks.iter().map(candidate).collect(), goal, Some(2.0))
}

/// Answers each step with as many equal times as it asks for. The steps, as candidate and effort.
fn steps(search: &mut Search, times: &[f64]) -> Vec<(usize, Effort)> {
    let mut steps = Vec::new();
    while let Some(step) = search.next() {
        let runs = vec![times[step.candidate]; step.effort.plan().0];
        search.record(step, Timing::of(&runs, step.effort), None);
        steps.push((step.candidate, step.effort));
    }
    steps
}

use Effort::{Glance, Look, Study};

#[test]
fn after_a_glance_one_at_twice_the_limit_is_given_up() {
    let mut search = search(&[(70.0, 10.0), (80.0, 15.0)], Goal::MostAccurate { max_ms: 10.0 });
    let found = steps(&mut search, &[5.0, 21.0]);
    assert_eq!(found, [(0, Glance), (0, Look), (1, Glance), (0, Study)]);
    assert_eq!((search.best(), search.verdict(1)), (vec![0], Verdict::Timed));
}

#[test]
fn near_the_limit_runs_are_longer() {
    let mut search = search(&[(70.0, 4.0), (80.0, 18.0)], Goal::MostAccurate { max_ms: 10.0 });
    assert!(steps(&mut search, &[2.0, 10.1]).contains(&(1, Study)));
    assert_eq!(search.best(), [0]);
}

#[test]
fn nothing_that_cannot_win_is_timed() {
    let mut search = search(&[(70.0, 4.0), (75.0, 8.0), (90.0, 21.0)], Goal::MostAccurate { max_ms: 10.0 });
    let found = steps(&mut search, &[2.0, 4.0, 11.0]);
    assert_eq!(found, [(1, Glance), (1, Look), (1, Study)]);
    assert_eq!(search.verdict(0), Verdict::CannotWin);
    assert_eq!(search.verdict(2), Verdict::Bound { at_least_ms: 10.5 });
}

#[test]
fn a_higher_peak_brings_candidates_back() {
    let mut search = search(&[(70.0, 4.0), (90.0, 21.0)], Goal::MostAccurate { max_ms: 10.0 });
    assert!(matches!(search.verdict(1), Verdict::Bound { .. }));
    let step = search.next().unwrap();
    search.record(step, Timing::of(&[2.0; 3], step.effort), Some(4.0));
    assert!(search.may_win(1));
}

#[test]
fn if_nothing_is_fast_enough_the_two_fastest_are_timed() {
    let mut search = search(&[(70.0, 50.0), (75.0, 40.0), (80.0, 90.0)], Goal::MostAccurate { max_ms: 1.0 });
    steps(&mut search, &[50.0, 40.0, 90.0]);
    assert_eq!((search.best(), search.runners_up()), (vec![], vec![1, 0]));
}

#[test]
fn cheaper_networks_within_a_point_are_runners_up() {
    let networks = [(74.5, 5.0), (75.0, 8.0), (73.0, 2.0), (74.4, 6.0)];
    let mut search = search(&networks, Goal::MostAccurate { max_ms: 10.0 });
    steps(&mut search, &networks.map(|(_, ms)| ms));
    assert_eq!((search.best(), search.runners_up()), (vec![1], vec![0]));
}

#[test]
fn more_accurate_networks_nearly_as_fast_are_runners_up() {
    let networks = [(74.5, 5.0), (75.0, 6.0), (76.0, 9.0), (74.6, 7.0)];
    let mut search = search(&networks, Goal::Fastest);
    steps(&mut search, &networks.map(|(_, ms)| ms));
    assert_eq!((search.best(), search.runners_up()), (vec![0], vec![1]));
}

#[test]
fn the_front_is_sorted_by_time() {
    let networks = [(80.0, 9.0), (70.0, 5.0), (60.0, 6.0), (50.0, 1.0)];
    let mut search = search(&networks, Goal::Front);
    steps(&mut search, &networks.map(|(_, ms)| ms));
    assert_eq!(search.best(), [3, 1, 0]);
    assert!(search.runners_up().is_empty());
}

#[test]
fn an_empty_search_has_no_answer() {
    let mut search = search(&[], Goal::Fastest);
    assert_eq!((search.next(), search.best(), search.settled()), (None, vec![], 0));
}

#[test]
fn outliers_do_not_move_a_median() {
    let timing = Timing::of(&[20.0, 10.0, 10.2, 10.1, 20.0, 10.3, 9.9], Look);
    assert_eq!((timing.min, timing.median, timing.runs), (9.9, 10.2, 7));
    assert!(timing.interval.0 < 9.9 && timing.interval.1 > 20.0);
    let many: Vec<_> = (0..100).map(|run| 10.0 + f64::from(run) / 100.0).collect();
    let timing = Timing::of(&many, Study);
    // Ranks 40 and 61 of 100: those of the exact binomial interval.
    assert_eq!(timing.interval, (10.39 / DRIFT, 10.60 * DRIFT));
    assert_eq!(Timing::of(&[3.0], Glance).interval, (3.0 / DRIFT, 3.0 * DRIFT));
}
