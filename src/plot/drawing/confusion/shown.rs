//! Which classes of a confusion matrix are shown: all of them, or those that are confused most.

use std::collections::BTreeSet;

use crate::plot::figure::Confusion;

/// With more classes, their labels would not fit.
const MOST_CLASSES: usize = 24;

/// The classes that are shown.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Shown {
    /// In the order of the matrix.
    pub(super) classes: Vec<usize>,
    /// Whether a last column counts the answers that are classes without a column.
    has_others: bool,
}

impl Shown {
    pub(super) fn of(chart: &Confusion) -> Self {
        let all = chart.labels.len();
        if all <= MOST_CLASSES {
            return Self { classes: (0..all).collect(), has_others: false };
        }
        Self { classes: most_confused(chart), has_others: true }
    }

    pub(super) fn columns(&self) -> usize {
        self.classes.len() + usize::from(self.has_others)
    }

    /// The labels of the columns. The rows have the same without the last one.
    pub(super) fn labels<'a>(&'a self, chart: &'a Confusion) -> impl Iterator<Item = &'a str> {
        let labels = self.classes.iter().map(|&class| chart.labels[class].as_str());
        labels.chain(self.has_others.then_some("all others"))
    }

    /// How often the answer of a column was given for the class of a row.
    pub(super) fn count(&self, chart: &Confusion, row: usize, column: usize) -> usize {
        let counts = |column: usize| count(chart, self.classes[row], self.classes[column]);
        if column < self.classes.len() {
            counts(column)
        } else {
            self.total(chart, row) - (0..self.classes.len()).map(counts).sum::<usize>()
        }
    }

    /// How many answers there are for the class of a row.
    pub(super) fn total(&self, chart: &Confusion, row: usize) -> usize {
        (0..chart.labels.len()).map(|answer| count(chart, self.classes[row], answer)).sum()
    }

    /// What the chart does not show.
    pub(super) fn note(&self, chart: &Confusion) -> String {
        let (all, classes) = (chart.labels.len(), self.classes.len());
        match (all, self.has_others) {
            (0, _) => "No classes.".into(),
            (_, true) => {
                format!("Cells: pictures. The {classes} classes of {all} that are confused most often.")
            }
            (_, false) => "Cells: pictures.".into(),
        }
    }
}

/// A cell; one that is missing is 0.
fn count(chart: &Confusion, class: usize, answer: usize) -> usize {
    chart.counts.get(class).and_then(|row| row.get(answer)).copied().unwrap_or_default()
}

/// The classes of the pairs that are confused most often, in either direction. If few are, those with the most pictures.
fn most_confused(chart: &Confusion) -> Vec<usize> {
    let all = 0..chart.labels.len();
    let pairs = all.clone().flat_map(|a| (a + 1..chart.labels.len()).map(move |b| (a, b)));
    let confused = pairs.map(|(a, b)| (count(chart, a, b) + count(chart, b, a), a, b));
    let mut confused: Vec<_> = confused.filter(|(count, ..)| *count > 0).collect();
    confused.sort_by_key(|&(count, a, b)| (std::cmp::Reverse(count), a, b));
    let mut classes = BTreeSet::new();
    for (_, a, b) in confused {
        let added = [a, b].into_iter().filter(|class| !classes.contains(class)).count();
        if classes.len() + added <= MOST_CLASSES {
            classes.extend([a, b]);
        }
    }
    let mut rest: Vec<_> = all.filter(|class| !classes.contains(class)).collect();
    rest.sort_by_key(|&class| {
        let pictures: usize = chart.counts.get(class).map_or(0, |row| row.iter().sum());
        (std::cmp::Reverse(pictures), class)
    });
    let room = MOST_CLASSES - classes.len();
    classes.extend(rest.into_iter().take(room));
    classes.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(classes: usize, confusions: &[(usize, usize, usize)]) -> Confusion {
        let mut counts = vec![vec![0; classes]; classes];
        for (class, row) in counts.iter_mut().enumerate() {
            row[class] = 50;
        }
        for &(class, answer, count) in confusions {
            counts[class][answer] = count;
        }
        let labels = (0..classes).map(|class| format!("class {class}")).collect();
        Confusion { title: String::new(), labels, counts }
    }

    #[test]
    fn few_classes_are_all_shown() {
        let chart = chart(24, &[(0, 1, 3)]);
        let shown = Shown::of(&chart);
        assert_eq!((shown.classes.len(), shown.columns()), (24, 24));
        assert_eq!((shown.count(&chart, 0, 1), shown.total(&chart, 0)), (3, 53));
        assert_eq!(shown.note(&chart), "Cells: pictures.");
    }

    #[test]
    fn of_many_classes_the_most_confused_pairs_are_shown() {
        let chart = chart(1000, &[(7, 900, 30), (900, 7, 1), (500, 501, 20), (7, 3, 1), (600, 601, 1)]);
        let shown = Shown::of(&chart);
        for class in [3, 7, 500, 501, 600, 601, 900] {
            assert!(shown.classes.contains(&class), "{class}");
        }
        assert_eq!((shown.classes.len(), shown.columns()), (24, 25));
        assert!(shown.classes.is_sorted());
        assert_eq!(shown.labels(&chart).last(), Some("all others"));
        assert!(shown.note(&chart).contains("24 classes of 1000"));
    }

    #[test]
    fn no_answer_is_lost() {
        let confusions: Vec<_> = (0..100).map(|class| (class, (class + 1) % 100, class + 1)).collect();
        let chart = chart(100, &confusions);
        let shown = Shown::of(&chart);
        for row in 0..shown.classes.len() {
            let sum: usize = (0..shown.columns()).map(|column| shown.count(&chart, row, column)).sum();
            assert_eq!(sum, shown.total(&chart, row));
        }
    }

    #[test]
    fn rows_that_are_missing_count_nothing() {
        let mut chart = chart(30, &[(0, 1, 5)]);
        chart.counts.truncate(1);
        let shown = Shown::of(&chart);
        assert_eq!(shown.total(&chart, 0), 55);
        assert_eq!(shown.total(&chart, 1), 0);
    }
}
