//! Two models on the same pictures: how far they differ, and whether that may be chance.

use super::tally::Tally;
use crate::statistics::mcnemar;

/// Two models on the pictures that both answered.
pub(super) struct Pair<'a> {
    pub first: &'a Tally,
    pub second: &'a Tally,
    /// Pictures that both answered.
    pub pictures: usize,
    /// Of these, pictures that only the first has right.
    pub only_first: usize,
    /// Pictures that only the second has right.
    pub only_second: usize,
}

impl<'a> Pair<'a> {
    pub(super) fn new(first: &'a Tally, second: &'a Tally) -> Self {
        let mut pair = Self { first, second, pictures: 0, only_first: 0, only_second: 0 };
        for (a, b) in first.outcomes.iter().zip(&second.outcomes) {
            if a.is_answered() && b.is_answered() {
                pair.pictures += 1;
                pair.only_first += usize::from(a.is_right(1) && !b.is_right(1));
                pair.only_second += usize::from(b.is_right(1) && !a.is_right(1));
            }
        }
        pair
    }

    /// Top-1 of the second less that of the first, -1 to 1; `None` without pictures.
    pub(super) fn difference(&self) -> Option<f64> {
        let more = self.only_second as f64 - self.only_first as f64;
        (self.pictures > 0).then(|| more / self.pictures as f64)
    }

    /// How likely a difference at least as large is by chance.
    pub(super) fn p(&self) -> f64 {
        mcnemar::p_value(self.only_first, self.only_second)
    }
}

/// Every two of the rows.
pub(super) fn all(rows: &[Tally]) -> impl Iterator<Item = Pair<'_>> {
    rows.iter()
        .enumerate()
        .flat_map(move |(index, first)| rows[index + 1..].iter().map(move |second| Pair::new(first, second)))
}

/// The row with the highest top-1, the first of equal ones.
pub(super) fn best(rows: &[Tally]) -> Option<usize> {
    let share = |row: &Tally| row.top1().value().unwrap_or(-1.0);
    (0..rows.len()).rev().max_by(|a, b| share(&rows[*a]).total_cmp(&share(&rows[*b])))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::cli::eval::tally::Outcome;
    use crate::predict::Labels;
    use crate::record::{Level, ModelInfo};

    /// A row with these outcomes: `r`ight, `w`rong, `f`ailed.
    pub(in crate::cli::eval) fn row(outcomes: &str) -> Tally {
        let outcome = |letter| match letter {
            'f' => Outcome::Failed,
            letter => {
                let rank = (letter == 'r').then_some(0);
                Outcome::Answered { predicted: usize::from(letter != 'r'), confidence: 0.8, rank }
            }
        };
        Tally {
            model: ModelInfo {
                name: outcomes.into(),
                resolution: 32,
                temperature: None,
                precision: None,
                embedding: None,
            },
            alpha: Some(0.5),
            labels: Labels::imagenet(1000).unwrap(),
            level: Level::Class,
            truth: "indices",
            truths: vec![Some(0); outcomes.len()],
            outcomes: outcomes.chars().map(outcome).collect(),
            damaged: 0,
            has_top: true,
            speed: None,
        }
    }

    #[test]
    fn only_pictures_that_both_answered_count() {
        let (first, second) = (row("rrrwf"), row("rwwrr"));
        let pair = Pair::new(&first, &second);
        assert_eq!((pair.pictures, pair.only_first, pair.only_second), (4, 2, 1));
        assert_eq!(pair.difference(), Some(-0.25));
        assert_eq!(pair.p(), 1.0);
        let nothing = row("fffff");
        assert_eq!(Pair::new(&first, &nothing).difference(), None);
    }

    #[test]
    fn the_first_of_the_best_is_the_best() {
        let rows = ["rw", "rr", "rr", "ff"].map(row);
        assert_eq!(best(&rows), Some(1));
        assert_eq!(best(&[]), None);
        let pairs: Vec<_> = all(&rows[..3]).map(|pair| pair.only_second).collect();
        assert_eq!(pairs, [1, 1, 0]);
    }
}
