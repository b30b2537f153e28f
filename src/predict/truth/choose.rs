//! Which reading fits all labels.

use super::error::TruthError;
use super::kind::TruthKind;
use super::read::read;
use crate::predict::labels::Labels;

/// What the labels of a data set mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Truth {
    /// What they were read as.
    pub kind: TruthKind,
    /// The class of each label; `None` if the checkpoint does not have it.
    pub classes: Vec<Option<usize>>,
}

/// What is known of labels before they are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TruthOptions {
    /// What they are, if the user says it.
    pub kind: Option<TruthKind>,
    /// The index of the first class, in data that does not count from 0.
    pub first_index: usize,
    /// Whether they are the names of all folders of a data set.
    pub are_folders: bool,
}

/// Labels that a message shows.
const SHOWN: usize = 3;

impl Labels {
    /// The class of each of the labels `given`.
    ///
    /// If the user does not say, the reading that finds a class for every label is taken. If there is no such reading,
    /// the form of the labels decides: numbers are indices, WordNet ids are ids, everything else is a name. Folders of
    /// a checkpoint whose classes have no names may stand for its classes in alphabetical order.
    ///
    /// # Errors
    /// If two readings fit and differ, if a name has several classes, or if some labels have the form of one kind and some of
    /// another.
    pub fn truth(&self, given: &[String], options: TruthOptions) -> Result<Truth, TruthError> {
        let read = |kind: TruthKind| {
            Ok::<_, TruthError>(Truth { kind, classes: read(kind, given, self, options.first_index)? })
        };
        if let Some(kind) = options.kind {
            return read(kind);
        }
        let is_candidate = |kind: &TruthKind| match kind {
            TruthKind::Sorted => {
                options.are_folders && self.are_numbered() && given.len() == self.classes().len()
            }
            kind => given.iter().all(|label| kind.has_form(label)),
        };
        let is_whole = |truth: &Truth| truth.classes.iter().all(Option::is_some);
        let candidates = TruthKind::ALL.into_iter().filter(is_candidate);
        let mut whole = candidates.filter_map(|kind| read(kind).ok()).filter(is_whole);
        if let Some(first) = whole.next() {
            return match whole.find(|other| other.classes != first.classes) {
                Some(other) => Err(either(given, &first, &other)),
                None => Ok(first),
            };
        }
        read(form(given)?)
    }

    /// Whether the classes have numbers in place of names.
    fn are_numbered(&self) -> bool {
        self.classes().iter().enumerate().all(|(index, label)| *label.name == *format!("class {index}"))
    }
}

/// The kind whose form the labels have.
fn form(given: &[String]) -> Result<TruthKind, TruthError> {
    for kind in [TruthKind::Wnid, TruthKind::Index] {
        let (like, unlike): (Vec<_>, Vec<_>) = given.iter().partition(|label| kind.has_form(label));
        if unlike.is_empty() {
            return Ok(kind);
        }
        if !like.is_empty() {
            let shown = |labels: &[&String]| labels.iter().take(SHOWN).map(ToString::to_string).collect();
            return Err(TruthError::Mixture {
                kind,
                like: shown(&like),
                likes: like.len(),
                unlike: shown(&unlike),
                unlikes: unlike.len(),
            });
        }
    }
    Ok(TruthKind::Name)
}

/// The first label that both read differently.
fn either(given: &[String], first: &Truth, other: &Truth) -> TruthError {
    let pairs = given.iter().zip(first.classes.iter().zip(&other.classes));
    let differing = pairs.into_iter().find_map(|(label, (a, b))| {
        let (a, b) = ((*a)?, (*b)?);
        (a != b).then(|| TruthError::Either {
            label: label.clone(),
            first: (first.kind, a),
            other: (other.kind, b),
        })
    });
    differing.unwrap_or_else(|| unreachable!("they differ"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(labels: &Labels, given: &[&str], options: TruthOptions) -> Result<Truth, String> {
        let given: Vec<_> = given.iter().map(|&label| label.to_owned()).collect();
        labels.truth(&given, options).map_err(|error| error.to_string())
    }

    fn imagenet(given: &[&str]) -> Result<(TruthKind, Vec<Option<usize>>), String> {
        let options = TruthOptions { are_folders: true, ..TruthOptions::default() };
        read(&Labels::imagenet(1001).unwrap(), given, options).map(|truth| (truth.kind, truth.classes))
    }

    fn named(names: &[&str]) -> Labels {
        Labels::new(names.iter().map(|&name| name.into()).collect())
    }

    #[test]
    fn what_all_labels_are_decides() {
        assert_eq!(imagenet(&["0", "999"]), Ok((TruthKind::Index, vec![Some(0), Some(999)])));
        assert_eq!(imagenet(&["n01440764", "n02099601"]), Ok((TruthKind::Wnid, vec![Some(0), Some(207)])));
        assert_eq!(imagenet(&["tench", "golden_retriever"]), Ok((TruthKind::Name, vec![Some(0), Some(207)])));
    }

    #[test]
    fn labels_of_other_classes_have_none() {
        // The background of a head of 1001 is not a class.
        assert_eq!(imagenet(&["0", "1000"]), Ok((TruthKind::Index, vec![Some(0), None])));
        assert_eq!(imagenet(&["n01440764", "n99999999"]), Ok((TruthKind::Wnid, vec![Some(0), None])));
        assert_eq!(imagenet(&["tench", "zyzzyva"]), Ok((TruthKind::Name, vec![Some(0), None])));
    }

    #[test]
    fn mixtures_are_refused_by_name() {
        assert_eq!(
            imagenet(&["cat", "n01440764", "n02099601"]).unwrap_err(),
            "labels of two kinds: some are WordNet ids (n01440764, n02099601), some are not (cat)"
        );
        assert_eq!(
            imagenet(&["7", "8", "a", "b", "c", "d"]).unwrap_err(),
            "labels of two kinds: some are indices (7, 8), some are not (a, b, c and 1 more)"
        );
        assert!(imagenet(&["crane", "tench"]).unwrap_err().contains("`crane` names several classes"));
    }

    #[test]
    fn numbers_that_are_names_of_other_classes_are_refused() {
        // As a network of torchvision's tutorials has them whose folders are named 0 to 10.
        let sorted = named(&["0", "1", "10", "2"]);
        let error = read(&sorted, &["1", "2"], TruthOptions::default()).unwrap_err();
        assert_eq!(error, "`2` may be the index 2 or the name of class 3");
        let by_name = TruthOptions { kind: Some(TruthKind::Name), ..TruthOptions::default() };
        assert_eq!(read(&sorted, &["1", "2"], by_name).unwrap().classes, [Some(1), Some(3)]);
        // Here both readings agree, and here only one fits.
        assert_eq!(read(&sorted, &["0", "1"], TruthOptions::default()).unwrap().classes, [Some(0), Some(1)]);
        assert_eq!(read(&sorted, &["0", "10"], TruthOptions::default()).unwrap().classes, [Some(0), Some(2)]);
    }

    #[test]
    fn folders_of_a_head_without_names_are_in_alphabetical_order() {
        let head = named(&["class 0", "class 1", "class 2"]);
        let folders = TruthOptions { are_folders: true, ..TruthOptions::default() };
        let truth = read(&head, &["dog", "Cat", "eel"], folders).unwrap();
        assert_eq!((truth.kind, truth.classes), (TruthKind::Sorted, vec![Some(1), Some(0), Some(2)]));
        // Of a list, or of some folders, nothing is known.
        assert_eq!(read(&head, &["dog", "Cat", "eel"], TruthOptions::default()).unwrap().classes, [None; 3]);
        assert_eq!(read(&head, &["dog", "Cat"], folders).unwrap().classes, [None; 2]);
        let asked = TruthOptions { kind: Some(TruthKind::Sorted), ..folders };
        assert_eq!(read(&head, &["dog", "Cat"], asked).unwrap_err(), "2 labels, and the model has 3 classes");
    }

    #[test]
    fn numbered_folders_may_be_indices_or_in_alphabetical_order() {
        let names: Vec<_> = (0..11).map(|index| format!("class {index}")).collect();
        let head = named(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let numbers: Vec<_> = (0..11).map(|index| index.to_string()).collect();
        let mut numbers: Vec<_> = numbers.iter().map(String::as_str).collect();
        numbers.sort_unstable();
        let folders = TruthOptions { are_folders: true, ..TruthOptions::default() };
        let error = read(&head, &numbers, folders).unwrap_err();
        assert_eq!(error, "`10` may be the index 10 or, in alphabetical order, class 2");
        // Up to ten folders, both are one.
        assert!(
            read(
                &named(&names.iter().take(3).map(String::as_str).collect::<Vec<_>>()),
                &["0", "1", "2"],
                folders
            )
            .is_ok()
        );
    }

    #[test]
    fn data_may_count_from_one() {
        let one = TruthOptions { first_index: 1, ..TruthOptions::default() };
        let labels = Labels::imagenet(1001).unwrap();
        assert_eq!(read(&labels, &["1", "1000"], one).unwrap().classes, [Some(0), Some(999)]);
        assert_eq!(read(&labels, &["0", "1"], one).unwrap().classes, [None, Some(0)]);
    }
}
