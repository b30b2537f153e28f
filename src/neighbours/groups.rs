//! Groups of similar vectors: near-duplicates.

use std::io;
use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};

use super::disjoint_sets::DisjointSets;
use super::pairs::{self, BlockSizes};
use super::similarity::error_bound;
use super::vectors::Vectors;

/// Vectors that are linked by similarity.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The two or more vectors of the group, in ascending order.
    pub rows: Vec<usize>,
    /// The similarity of the two least similar vectors. It is below the threshold if these are linked only through
    /// others.
    pub least: f64,
}

/// Groups of vectors: two are in the same group if their similarity is `threshold` or more, or if a chain of such pairs
/// links them. So a group may have members that are less similar; [`Group::least`] shows this.
///
/// Groups are ordered by their first member. A vector without a direction is in no group. `on_progress` is told how
/// many pairs were compared since its last call, out of [`pairs_of`], and may end the search; then the answer is `None`.
///
/// # Errors
/// If the vectors cannot be read.
pub fn groups(
    vectors: &Vectors,
    threshold: f64,
    on_progress: impl Fn(u64) -> ControlFlow<()> + Sync,
) -> io::Result<Option<Vec<Group>>> {
    groups_by_blocks(vectors, threshold, BlockSizes::of(vectors.dimension()), on_progress)
}

/// About how many pairs [`groups`] compares for `count` vectors.
pub fn pairs_of(count: usize) -> u64 {
    (count as u64).pow(2) / 2
}

pub(super) fn groups_by_blocks(
    vectors: &Vectors,
    threshold: f64,
    sizes: BlockSizes,
    on_progress: impl Fn(u64) -> ControlFlow<()> + Sync,
) -> io::Result<Option<Vec<Group>>> {
    let bound = error_bound(vectors.dimension());
    let sets = Mutex::new(DisjointSets::new(vectors.count()));
    let lock = || sets.lock().unwrap_or_else(PoisonError::into_inner);
    let link = |products: &pairs::Products| {
        let near = products.iter().filter(|(_, product)| *product >= threshold - bound);
        let near: Vec<_> = near.collect();
        if near.is_empty() {
            return;
        }
        let mut unsure = Vec::new();
        let mut sets = lock();
        for (pair, product) in near {
            let (a, b) = products.ids(pair);
            if sets.are_joined(a, b) {
                continue;
            }
            if product >= threshold + bound {
                sets.join(a, b);
            } else {
                unsure.push(pair);
            }
        }
        drop(sets);
        unsure.retain(|pair| products.exact(*pair) >= threshold);
        let mut sets = lock();
        for (a, b) in unsure.into_iter().map(|pair| products.ids(pair)) {
            sets.join(a, b);
        }
    };
    let all: Vec<_> = (0..vectors.count()).collect();
    if pairs::visit(vectors, &all, sizes, link, &on_progress)?.is_none() {
        return Ok(None);
    }
    let groups = sets.into_inner().unwrap_or_else(PoisonError::into_inner).into_groups();
    let measured = groups.into_iter().map(|rows| {
        let least = least(vectors, &rows, sizes, &on_progress)?;
        Ok(least.map(|least| Group { rows, least }))
    });
    measured.collect()
}

/// The lowest similarity between any two of these vectors.
fn least(
    vectors: &Vectors,
    rows: &[usize],
    sizes: BlockSizes,
    on_progress: impl Fn(u64) -> ControlFlow<()> + Sync,
) -> io::Result<Option<f64>> {
    let bound = error_bound(vectors.dimension());
    let least = Mutex::new(f64::INFINITY);
    let lock = || least.lock().unwrap_or_else(PoisonError::into_inner);
    let lower = |products: &pairs::Products| {
        let mut here = *lock();
        for (pair, product) in products.iter() {
            if product < here + bound {
                here = here.min(products.exact(pair));
            }
        }
        let mut least = lock();
        *least = least.min(here);
    };
    // These pairs were already counted when all vectors were compared.
    let uncounted = |_| on_progress(0);
    let outcome = pairs::visit(vectors, rows, sizes, lower, uncounted)?;
    Ok(outcome.map(|()| least.into_inner().unwrap_or_else(PoisonError::into_inner)))
}
