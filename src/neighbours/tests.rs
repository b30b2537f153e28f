//! Both searches against naive loops, with sizes that are not multiples of a block.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};

use proptest::prelude::*;

use super::groups::{groups, groups_by_blocks, pairs_of};
use super::nearest::nearest;
use super::pairs::BlockSizes;
use super::similarity::{similarity, squared_length};
use super::{Collector, Group, Neighbour, Vectors};

const SMALL: BlockSizes = BlockSizes { columns: 40, rows: 7, slice: 2 };

fn collected(vectors: &[Vec<f32>], in_memory: usize) -> Vectors {
    let mut collector = Collector::with_memory(vectors[0].len(), in_memory, std::env::temp_dir());
    for vector in vectors {
        collector.push(vector).unwrap();
    }
    assert_eq!(collector.count(), vectors.len());
    collector.finish().unwrap()
}

fn naive(a: &[f32], b: &[f32]) -> f64 {
    match (squared_length(a), squared_length(b)) {
        (Some(x), Some(y)) => similarity((a, x), (b, y)),
        _ => f64::NEG_INFINITY,
    }
}

/// Connected components by repeated passes over all pairs.
fn naive_groups(vectors: &[Vec<f32>], threshold: f64) -> Vec<Group> {
    let mut names: Vec<_> = (0..vectors.len()).collect();
    let pairs = || (0..vectors.len()).flat_map(|a| (0..a).map(move |b| (b, a)));
    let linked: Vec<_> = pairs().filter(|(a, b)| naive(&vectors[*a], &vectors[*b]) >= threshold).collect();
    for _ in 0..vectors.len() {
        for (a, b) in &linked {
            let least = names[*a].min(names[*b]);
            (names[*a], names[*b]) = (least, least);
        }
    }
    let members =
        |name: usize| -> Vec<usize> { (0..names.len()).filter(|row| names[*row] == name).collect() };
    let groups = (0..names.len()).map(members).filter(|rows| rows.len() > 1);
    let least = |rows: &[usize]| {
        let pairs = rows.iter().flat_map(|a| rows.iter().filter(move |b| b > &a).map(move |b| (*a, *b)));
        pairs.map(|(a, b)| naive(&vectors[a], &vectors[b])).fold(f64::INFINITY, f64::min)
    };
    groups.map(|rows| Group { least: least(&rows), rows }).collect()
}

fn found(vectors: &Vectors, threshold: f64, sizes: BlockSizes) -> Vec<Group> {
    groups_by_blocks(vectors, threshold, sizes, |_| ControlFlow::Continue(())).unwrap().unwrap()
}

/// Vectors near a few others, so that there are groups, chains and equal vectors, and some without a direction.
fn crowd(count: usize, dimension: usize, seed: u32) -> Vec<Vec<f32>> {
    let mut state = seed.wrapping_mul(2_654_435_761) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        f64::from(state) / f64::from(u32::MAX) - 0.5
    };
    let centres: Vec<Vec<f64>> = (0..5).map(|_| (0..dimension).map(|_| next()).collect()).collect();
    let one = |index: usize| {
        let (centre, spread) =
            (&centres[(next().abs() * 10.0) as usize % 5], [0.0, 0.1, 0.4, 1.0][index % 4]);
        let mut vector: Vec<f32> = centre.iter().map(|x| (x + spread * next()) as f32).collect();
        match index % 23 {
            7 => vector.fill(0.0),
            8 => vector[0] = f32::NAN,
            9 => vector[dimension - 1] = f32::INFINITY,
            10 => vector.iter_mut().for_each(|x| *x *= 1e30),
            _ => {}
        }
        vector
    };
    (0..count).map(one).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn groups_are_those_of_the_naive_loop(
        count in 1..130_usize,
        dimension in 1..40_usize,
        threshold in prop_oneof![0.3..1.0_f64, Just(1.0), Just(0.0), Just(-1.0)],
        seed in any::<u32>(),
        is_spilled in any::<bool>(),
        sizes in (1..70_usize, 1..30_usize, 1..6_usize),
    ) {
        let crowd = crowd(count, dimension, seed);
        let vectors = collected(&crowd, if is_spilled { dimension * 12 } else { usize::MAX });
        let (columns, rows, slice) = sizes;
        let sizes = BlockSizes { columns, rows, slice };
        prop_assert_eq!(found(&vectors, threshold, sizes), naive_groups(&crowd, threshold));
    }

    #[test]
    fn a_threshold_equal_to_a_similarity_includes_it(seed in any::<u32>()) {
        let crowd = crowd(30, 100, seed);
        let threshold = naive(&crowd[1], &crowd[2]);
        let groups = found(&collected(&crowd, usize::MAX), threshold, SMALL);
        prop_assert!(groups.iter().any(|group| group.rows.contains(&1) && group.rows.contains(&2)));
        // One step above it, only a chain may still link them.
        prop_assert_eq!(
            found(&collected(&crowd, usize::MAX), threshold.next_up(), SMALL),
            naive_groups(&crowd, threshold.next_up())
        );
    }

    #[test]
    fn the_nearest_are_those_of_the_naive_loop(
        count in 1..3000_usize,
        dimension in prop_oneof![1..40_usize, Just(1280)],
        k in 1..20_usize,
        seed in any::<u32>(),
        is_spilled in any::<bool>(),
    ) {
        let crowd = crowd(if dimension == 1280 { count / 4 + 1 } else { count }, dimension, seed);
        let vectors = collected(&crowd, if is_spilled { dimension * 12 } else { usize::MAX });
        let queries: Vec<&[f32]> = crowd.iter().step_by(crowd.len() / 3 + 1).map(Vec::as_slice).collect();
        let is_excluded = |query: usize, row: usize| (query + row).is_multiple_of(5);
        let found = nearest(&vectors, &queries, k, is_excluded, |_| ControlFlow::Continue(()));
        let expected: Vec<Vec<Neighbour>> = queries.iter().enumerate().map(|(index, query)| {
            let all = crowd.iter().enumerate().filter(|(row, _)| !is_excluded(index, *row));
            let all = all.map(|(row, vector)| Neighbour { row, similarity: naive(query, vector) });
            let mut all: Vec<_> = all.filter(|one| one.similarity > f64::NEG_INFINITY).collect();
            // The sort is stable: of equals, the earlier one stays first.
            all.sort_by(|a, b| b.similarity.total_cmp(&a.similarity));
            all.truncate(k);
            all
        }).collect();
        prop_assert_eq!(found.unwrap().unwrap(), expected);
    }
}

#[test]
fn a_chain_is_one_group_and_its_least_similarity_shows_it() {
    // Each is 10 degrees from the next.
    let turned = |degrees: f32| vec![degrees.to_radians().cos(), degrees.to_radians().sin()];
    let chain: Vec<_> = [0.0, 20.0, 10.0, 180.0, 30.0].map(turned).into();
    let groups = found(&collected(&chain, usize::MAX), 0.98, SMALL);
    assert_eq!(groups.len(), 1);
    assert_eq!(groups[0].rows, [0, 1, 2, 4]);
    assert!((groups[0].least - 30_f64.to_radians().cos()).abs() < 1e-6);
}

#[test]
fn equal_vectors_are_a_group_at_any_threshold_and_their_similarity_is_one() {
    let vector: Vec<f32> = (0..1280_u16).map(|x| (f32::from(x) * 0.7).sin()).collect();
    let mut vectors = vec![vector.clone(); 90];
    vectors[40] = vector.iter().map(|x| -x).collect();
    let groups = found(&collected(&vectors, 100_000), 1.0, SMALL);
    assert_eq!(groups, [Group { rows: (0..90).filter(|row| *row != 40).collect(), least: 1.0 }]);
}

#[test]
fn vectors_without_a_direction_are_counted_and_like_no_other() {
    let vectors = collected(&[vec![0.0; 3], vec![0.0; 3], vec![f32::NAN; 3], vec![1.0; 3]], usize::MAX);
    assert_eq!((vectors.count(), vectors.without_direction()), (4, 3));
    assert_eq!(found(&vectors, -1.0, SMALL), []);
    let on = |_| ControlFlow::Continue(());
    let nearest = nearest(&vectors, &[&[1.0, 1.0, 1.0], &[0.0; 3]], 9, |_, _| false, on).unwrap().unwrap();
    assert_eq!(nearest, [vec![Neighbour { row: 3, similarity: 1.0 }], vec![]]);
}

#[test]
fn nothing_is_found_among_nothing() {
    let none = Collector::new(5, std::env::temp_dir()).finish().unwrap();
    let on = |_| ControlFlow::Continue(());
    assert_eq!(groups(&none, 0.5, on).unwrap(), Some(vec![]));
    assert_eq!(nearest(&none, &[&[1.0; 5]], 3, |_, _| false, on).unwrap(), Some(vec![vec![]]));
}

#[test]
fn a_search_ends_when_it_is_asked_to() {
    let vectors = collected(&crowd(100, 10, 1), usize::MAX);
    let stop = |_| ControlFlow::Break(());
    assert_eq!(groups(&vectors, 0.5, stop).unwrap(), None);
    assert_eq!(nearest(&vectors, &[&[1.0; 10]], 3, |_, _| false, stop).unwrap(), None);
}

#[test]
fn progress_reaches_about_all_pairs() {
    let vectors = collected(&crowd(1000, 10, 1), usize::MAX);
    let compared = AtomicU64::new(0);
    let count = |pairs| {
        compared.fetch_add(pairs, Ordering::Relaxed);
        ControlFlow::Continue(())
    };
    groups_by_blocks(&vectors, 0.9, SMALL, count).unwrap().unwrap();
    let (compared, all) = (compared.into_inner(), pairs_of(1000));
    assert!((all..all * 11 / 10).contains(&compared), "{compared} of {all}");
}

#[test]
fn a_search_that_was_ended_compares_no_more_blocks() {
    use std::sync::atomic::AtomicBool;
    let vectors = collected(&crowd(400, 9, 3), usize::MAX);
    let (is_ended, compared) = (AtomicBool::new(false), AtomicU64::new(0));
    let on_progress = |count: u64| {
        if count > 0 {
            compared.fetch_add(1, Ordering::Relaxed);
            is_ended.store(true, Ordering::Relaxed);
        }
        if is_ended.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let one_thread = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let found = one_thread.install(|| groups_by_blocks(&vectors, 0.9, SMALL, on_progress));
    assert_eq!(found.unwrap(), None);
    assert_eq!(compared.into_inner(), 1);
}
