//! The Pareto front of the rows: published top-1 over the measured median.

use std::collections::BTreeMap;

use super::columns::p50_ms;
use super::measurement::Measurement;
use crate::statistics::pareto::{self, Trade};

/// What compared rows have in common: batch, threads and precision. Another batch is another latency, and another number of
/// threads another machine.
type Group = (usize, usize, &'static str);

/// Whether each row is on the front of its group; `None` if no accuracy was published for it.
pub(super) fn fronts(rows: &[Measurement]) -> Vec<Option<bool>> {
    fronts_over(rows, p50_ms)
}

/// The same over another cost.
pub(super) fn fronts_over(rows: &[Measurement], cost: impl Fn(&Measurement) -> f64) -> Vec<Option<bool>> {
    let mut fronts = vec![None; rows.len()];
    for (_, members) in groups(rows) {
        let trade = |&index: &usize| Trade {
            cost: cost(&rows[index]),
            value: rows[index].top1().unwrap_or(f64::NAN),
        };
        let on_front = pareto::front(&members.iter().map(trade).collect::<Vec<_>>());
        for (index, is_on) in members.into_iter().zip(on_front) {
            fronts[index] = Some(is_on);
        }
    }
    fronts
}

/// The rows with an accuracy, by what is compared.
pub(super) fn groups(rows: &[Measurement]) -> BTreeMap<Group, Vec<usize>> {
    let mut groups = BTreeMap::<_, Vec<_>>::new();
    for (index, row) in rows.iter().enumerate().filter(|(_, row)| row.top1().is_some()) {
        groups.entry((row.batch, row.threads, row.precision.name())).or_default().push(index);
    }
    groups
}

/// A short name for each row; the whole name and the resolution where two networks would share the short one.
pub(super) fn labels(rows: &[Measurement]) -> Vec<String> {
    let label = |row: &Measurement| {
        let subject = &row.subject;
        let is_shared = rows.iter().map(|row| &row.subject).any(|other| {
            other.label == subject.label && (&other.name, other.alpha) != (&subject.name, subject.alpha)
        });
        if is_shared { format!("{} {}", subject.name, subject.resolution) } else { subject.label.clone() }
    };
    rows.iter().map(label).collect()
}

#[cfg(test)]
mod tests {
    use super::super::example::{grid, row};
    use super::*;

    #[test]
    fn rows_of_a_batch_and_a_number_of_threads_are_compared() {
        let rows = [
            row("v1", 0.25, 128, 1.0, Some(41.5)),
            row("v1", 0.5, 128, 2.0, Some(56.3)),
            row("v1", 0.25, 224, 3.0, Some(49.8)),
            row("v1", 0.6, 128, 0.5, None),
            Measurement { threads: 2, ..row("v1", 0.25, 224, 1.5, Some(49.8)) },
        ];
        assert_eq!(fronts(&rows), [Some(true), Some(true), Some(false), None, Some(true)]);
        assert_eq!(fronts(&grid()), [Some(true), Some(false), Some(true), Some(true)]);
    }

    #[test]
    fn networks_that_would_share_a_label_have_their_names() {
        let rows = [
            row("v1", 1.0, 224, 1.0, None),
            row("other", 1.0, 224, 1.0, None),
            row("v1", 1.0, 192, 1.0, None),
        ];
        assert_eq!(labels(&rows), ["v1 224", "other 224", "V1 1.0-192"]);
        let twice = [row("v1", 1.0, 224, 1.0, None), row("v1", 1.0, 224, 1.0, None)];
        assert_eq!(labels(&twice), ["V1 1.0-224"; 2]);
    }
}
