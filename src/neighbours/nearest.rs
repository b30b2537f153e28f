//! The vectors that are most similar to a query.

use std::io;
use std::ops::ControlFlow;

use rayon::prelude::*;

use super::similarity::{similarity, squared_length};
use super::vectors::Vectors;

/// How many bytes of vectors a thread reads at a time.
const BLOCK_BYTES: usize = 1 << 20;

/// A vector that a search found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Neighbour {
    /// The number of the vector, counted from 0.
    pub row: usize,
    /// The cosine of the angle to the query, from -1 to 1.
    pub similarity: f64,
}

impl Neighbour {
    /// The more similar one comes first; of equals, the earlier one.
    fn is_before(&self, other: &Self) -> bool {
        self.similarity > other.similarity || (self.similarity == other.similarity && self.row < other.row)
    }
}

/// The `k` vectors most similar to each query, best first; of equals, the earlier one comes first. All vectors are read
/// once.
///
/// `is_excluded` says, by their numbers, whether a query may not have a vector as an answer; it is called only for
/// vectors that would be among the best. `on_progress` is told how many vectors were compared since its last call, and
/// may end the search.
///
/// A query without a direction finds nothing. Returns `None` if the search was ended.
///
/// # Errors
/// If the vectors cannot be read.
///
/// # Panics
/// If a query has another dimension.
pub fn nearest(
    vectors: &Vectors,
    queries: &[&[f32]],
    k: usize,
    is_excluded: impl Fn(usize, usize) -> bool + Sync,
    on_progress: impl Fn(u64) -> ControlFlow<()> + Sync,
) -> io::Result<Option<Vec<Vec<Neighbour>>>> {
    let dimension = vectors.dimension();
    for query in queries {
        assert_eq!(query.len(), dimension, "dimension of a query");
    }
    let lengths: Vec<_> = queries.iter().map(|query| squared_length(query)).collect();
    let step = (BLOCK_BYTES / (dimension.max(1) * size_of::<f32>())).max(1);
    let search = |start: usize| -> io::Result<Option<Vec<Vec<Neighbour>>>> {
        // The remaining blocks are still visited after one of them has ended the search.
        if on_progress(0).is_break() {
            return Ok(None);
        }
        let rows: Vec<_> = (start..vectors.count().min(start + step)).collect();
        let mut values = Vec::new();
        vectors.read(&rows, &mut values)?;
        let mut best = vec![Vec::new(); queries.len()];
        for ((index, query), length) in queries.iter().enumerate().zip(&lengths) {
            let Some(length) = length else { continue };
            for (row, vector) in rows.iter().zip(values.chunks_exact(dimension.max(1))) {
                let squared = vectors.squared_length(*row);
                if squared > 0.0 {
                    let similarity = similarity((vector, squared), (query, *length));
                    insert(&mut best[index], Neighbour { row: *row, similarity }, k, |row| {
                        is_excluded(index, row)
                    });
                }
            }
        }
        Ok(on_progress(rows.len() as u64).is_continue().then_some(best))
    };
    let starts: Vec<_> = (0..vectors.count()).step_by(step).collect();
    let none = || Ok(Some(vec![Vec::new(); queries.len()]));
    starts.into_par_iter().map(search).try_reduce_with(merge(k)).unwrap_or_else(none)
}

type Best = Option<Vec<Vec<Neighbour>>>;

fn merge(k: usize) -> impl Fn(Best, Best) -> io::Result<Best> {
    move |a, b| {
        let (Some(mut a), Some(b)) = (a, b) else { return Ok(None) };
        for (a, b) in a.iter_mut().zip(b) {
            for neighbour in b {
                insert(a, neighbour, k, |_| false);
            }
        }
        Ok(Some(a))
    }
}

fn insert(best: &mut Vec<Neighbour>, new: Neighbour, k: usize, is_excluded: impl FnOnce(usize) -> bool) {
    if best.len() == k && best.last().is_none_or(|last| !new.is_before(last)) {
        return;
    }
    if !is_excluded(new.row) {
        best.insert(best.partition_point(|other| other.is_before(&new)), new);
        best.truncate(k);
    }
}
