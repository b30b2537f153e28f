//! What became of the pictures of each class.

use std::collections::BTreeMap;

use super::tally::{Outcome, Share, TOP, Tally};

/// A class and its pictures.
pub(super) struct ClassRow {
    pub class: usize,
    pub top1: Share,
    /// As in [`Tally::top5`].
    pub top5: Option<Share>,
    pub failed: usize,
    /// The class that its pictures are most often taken for by mistake, and how often.
    pub mistaken_for: Option<(usize, usize)>,
}

/// The classes that have pictures, by their indices.
pub(super) fn rows(tally: &Tally) -> Vec<ClassRow> {
    let mut pictures: BTreeMap<usize, Vec<Outcome>> = BTreeMap::new();
    for (truth, outcome) in tally.truths.iter().zip(&tally.outcomes) {
        if let Some(truth) = truth {
            pictures.entry(*truth).or_default().push(*outcome);
        }
    }
    let has_top5 = tally.top5().is_some();
    pictures.into_iter().map(|(class, outcomes)| row(class, &outcomes, has_top5)).collect()
}

fn row(class: usize, outcomes: &[Outcome], has_top5: bool) -> ClassRow {
    let answered = outcomes.iter().filter(|outcome| outcome.is_answered()).count();
    let share = |top| Share::new(outcomes.iter().filter(|outcome| outcome.is_right(top)).count(), answered);
    let mut mistakes: BTreeMap<usize, usize> = BTreeMap::new();
    for outcome in outcomes {
        if let Outcome::Answered { predicted, .. } = outcome
            && *predicted != class
        {
            *mistakes.entry(*predicted).or_default() += 1;
        }
    }
    // Of equal counts the lower index.
    let mistaken_for = mistakes.into_iter().rev().max_by_key(|(_, count)| *count);
    let (top1, top5) = (share(1), has_top5.then(|| share(TOP)));
    ClassRow { class, top1, top5, failed: outcomes.len() - answered, mistaken_for }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::eval::pairs::tests;

    #[test]
    fn each_class_counts_its_own_pictures() {
        let mut tally = tests::row("rrwwfw");
        tally.truths = vec![Some(0), Some(0), Some(0), Some(9), Some(9), None];
        let rows = rows(&tally);
        let found: Vec<_> =
            rows.iter().map(|row| (row.class, row.top1.right, row.top1.of, row.failed)).collect();
        assert_eq!(found, [(0, 2, 3, 0), (9, 0, 1, 1)]);
        assert_eq!([rows[0].mistaken_for, rows[1].mistaken_for], [Some((1, 1)); 2]);
    }
}
