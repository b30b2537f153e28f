//! Why labels cannot be read.

use thiserror::Error;

use super::kind::TruthKind;
use crate::predict::labels::Label;
use crate::words::and_list;

/// Why the labels of a data set do not say which classes they are.
#[derive(Debug, Error, PartialEq, Eq)]
#[expect(missing_docs, reason = "the message of each variant says what its fields are")]
pub enum TruthError {
    /// Some labels have the form of a kind, others do not.
    #[error(
        "labels of two kinds: some are {} ({}), some are not ({})",
        .kind.noun(), listed(.like, *.likes), listed(.unlike, *.unlikes)
    )]
    Mixture { kind: TruthKind, like: Vec<String>, likes: usize, unlike: Vec<String>, unlikes: usize },
    /// Two readings fit all labels, and differ.
    #[error("`{label}` may be {} or{} {}", class(*.first), comma(.other.0), class(*.other))]
    Either { label: String, first: (TruthKind, usize), other: (TruthKind, usize) },
    /// A name that is not unique.
    #[error("`{label}` names several classes: {}", and_list(.classes.iter().map(bearer)))]
    SeveralClasses { label: String, classes: Vec<(usize, Label)> },
    /// Places need as many labels as there are classes.
    #[error("{labels} labels, and the model has {classes} classes")]
    Count { labels: usize, classes: usize },
}

/// `a, b, c and 5 more`
fn listed(shown: &[String], all: usize) -> String {
    match all - shown.len() {
        0 => shown.join(", "),
        more => and_list(shown.iter().cloned().chain([format!("{more} more")])),
    }
}

fn comma(kind: TruthKind) -> &'static str {
    if kind == TruthKind::Sorted { ", in alphabetical order," } else { "" }
}

fn class((kind, index): (TruthKind, usize)) -> String {
    match kind {
        TruthKind::Index => format!("the index {index}"),
        TruthKind::Wnid => format!("the WordNet id of class {index}"),
        TruthKind::Name => format!("the name of class {index}"),
        TruthKind::Sorted => format!("class {index}"),
    }
}

fn bearer((index, label): &(usize, Label)) -> String {
    match &label.wnid {
        Some(wnid) => format!("{index} ({wnid}, {})", label.name),
        None => format!("{index} ({})", label.name),
    }
}
