//! `--confusion FILE`: which classes are taken for which, as a table or a drawing.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;

use anyhow::Result;

use super::tally::{Outcome, Tally};
use crate::atomic_file::AtomicFile;
use crate::cli::console::Failure;
use crate::cli::hint::plot::plot_hint;
use crate::cli::hint::{OrFail, quoted};
use crate::cli::outputs::output::not_opened;
use crate::cli::outputs::overwrite::{Replacement, check_is_not_read};
use crate::plot::{self, Chart, Confusion, Figure, PlotError, Theme};

/// The columns of the table: one row for each pair of classes that occurs.
const COLUMNS: [&str; 7] =
    ["truth", "truth_wnid", "truth_label", "answer", "answer_wnid", "answer_label", "count"];

/// How often each class (the first) is taken for each (the second).
fn counts(tally: &Tally) -> BTreeMap<(usize, usize), usize> {
    let mut counts = BTreeMap::new();
    for (truth, outcome) in tally.truths.iter().zip(&tally.outcomes) {
        if let (Some(truth), Outcome::Answered { predicted, .. }) = (truth, outcome) {
            *counts.entry((*truth, *predicted)).or_default() += 1;
        }
    }
    counts
}

/// Refuses a file that cannot take a confusion matrix, before anything long runs.
pub(super) fn check(path: &Path, data: &Path) -> Result<()> {
    let table = Replacement { noun: "the table", instead: "--confusion confusion.csv" };
    check_is_not_read(path, &[("holds the labels", data.to_owned())], table)?;
    if !is_table(path) {
        return plot::check(path).map_err(|error| {
            let table =
                || format!("--confusion {}, or a name in .svg or .png", quoted(path.with_extension("csv")));
            let is_ending = matches!(error, PlotError::Ending { .. });
            let hint = if is_ending { Some(table()) } else { plot_hint(&error, "--confusion") };
            Failure::error(&error, hint)
        });
    }
    if path.is_dir() {
        let message = format!("{} is a directory", path.display());
        return Err(Failure::error(message, Some("--confusion confusion.csv".to_owned())));
    }
    if std::fs::read(path).is_ok_and(|earlier| !earlier.starts_with(COLUMNS.join(",").as_bytes())) {
        let message = format!("{}: was not written by mnet; the table would replace it", path.display());
        return Err(Failure::error(message, Some("another name, or remove that file first".to_owned())));
    }
    // Dropped at once.
    create(path).map(drop)
}

fn create(path: &Path) -> Result<AtomicFile> {
    AtomicFile::create(path, "tmp").map_err(|error| not_opened(path, &error))
}

fn is_table(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"))
}

/// Writes the confusion matrix of `tally` to `path`: a table in .csv, else a drawing.
pub(super) fn write(tally: &Tally, path: &Path, theme: Theme) -> Result<()> {
    if is_table(path) {
        let table = table(tally)?;
        let mut file = create(path)?;
        let written = file.write_all(&table).and_then(|()| file.commit(path));
        return written.map_err(|error| not_opened(path, &error));
    }
    plot::write(&Figure { panels: vec![Chart::Confusion(chart(tally))] }, path, theme).or_fail()
}

fn table(tally: &Tally) -> Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(vec![]);
    writer.write_record(COLUMNS)?;
    for ((truth, answer), count) in counts(tally) {
        let class = |index: usize| {
            let label = tally.labels.get(index);
            [index.to_string(), label.wnid.as_deref().unwrap_or_default().to_owned(), label.name.to_string()]
        };
        let cells = class(truth).into_iter().chain(class(answer)).chain([count.to_string()]);
        writer.write_record(cells)?;
    }
    Ok(writer.into_inner()?)
}

/// The classes that occur, as truth or as answer.
fn chart(tally: &Tally) -> Confusion {
    let counts = counts(tally);
    let classes: BTreeSet<_> = counts.keys().flat_map(|&(truth, answer)| [truth, answer]).collect();
    let first_name = |class: &usize| {
        let name = &tally.labels.get(*class).name;
        name.split(", ").next().unwrap_or(name).to_owned()
    };
    let count = |truth: &usize, answer: &usize| counts.get(&(*truth, *answer)).copied().unwrap_or(0);
    Confusion {
        title: tally.title(),
        labels: classes.iter().map(first_name).collect(),
        counts: classes
            .iter()
            .map(|truth| classes.iter().map(|answer| count(truth, answer)).collect())
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::eval::pairs::tests::row;

    #[test]
    fn pairs_that_occur_are_counted() {
        let mut tally = row("rrwwf");
        tally.truths = vec![Some(0), Some(0), Some(0), Some(7), Some(7)];
        let table = String::from_utf8(table(&tally).unwrap()).unwrap();
        let expected = "truth,truth_wnid,truth_label,answer,answer_wnid,answer_label,count\n\
                        0,n01440764,\"tench, Tinca tinca\",0,n01440764,\"tench, Tinca tinca\",2\n\
                        0,n01440764,\"tench, Tinca tinca\",1,n01443537,\"goldfish, Carassius auratus\",1\n\
                        7,n01514668,cock,1,n01443537,\"goldfish, Carassius auratus\",1\n";
        assert_eq!(table, expected);
        let chart = chart(&tally);
        assert_eq!(chart.labels, ["tench", "goldfish", "cock"]);
        assert_eq!(chart.counts, [[2, 1, 0], [0, 0, 0], [0, 1, 0]]);
    }
}
