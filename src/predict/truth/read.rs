//! The ways to read labels.

use std::collections::HashMap;

use super::error::TruthError;
use super::kind::TruthKind;
use super::names::Names;
use crate::predict::labels::{Label, Labels, is_wnid};

/// The class of each of the labels `given`, read as `kind`, if the checkpoint has it.
pub(super) fn read(
    kind: TruthKind,
    given: &[String],
    labels: &Labels,
    first_index: usize,
) -> Result<Vec<Option<usize>>, TruthError> {
    let classes = labels.classes();
    match kind {
        TruthKind::Index => Ok(given.iter().map(|label| index(label, first_index, classes.len())).collect()),
        TruthKind::Wnid => {
            let ids: HashMap<_, _> =
                classes.iter().enumerate().filter_map(|(index, label)| Some((id(label)?, index))).collect();
            Ok(given.iter().map(|label| ids.get(&**label).copied()).collect())
        }
        TruthKind::Name => {
            let names = Names::new(classes);
            given.iter().map(|label| names.find(label)).collect()
        }
        TruthKind::Sorted => sorted(given, classes.len()),
    }
}

/// The index that a label is, in data that counts from `first`.
fn index(label: &str, first: usize, classes: usize) -> Option<usize> {
    let digits = Some(label).filter(|label| TruthKind::Index.has_form(label))?;
    digits.parse::<usize>().ok()?.checked_sub(first).filter(|index| *index < classes)
}

/// The WordNet id of a class, which may stand in place of its name.
fn id(label: &Label) -> Option<&str> {
    label.wnid.as_deref().or_else(|| is_wnid(&label.name).then_some(&*label.name))
}

/// The place of each label in alphabetical order: by code points, as Python sorts.
fn sorted(given: &[String], classes: usize) -> Result<Vec<Option<usize>>, TruthError> {
    if given.len() != classes {
        return Err(TruthError::Count { labels: given.len(), classes });
    }
    let mut order: Vec<_> = given.iter().collect();
    order.sort();
    Ok(given.iter().map(|label| order.binary_search(&label).ok()).collect())
}
