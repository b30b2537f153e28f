//! Names of classes, from the exact spelling to looser ones.

use std::collections::HashMap;

use super::error::TruthError;
use crate::predict::labels::Label;

/// How a name may be spelled, the strictest first: all names of a class as they are listed, one of them, either in any case,
/// either with underscores for spaces.
type Spellings = fn(&str) -> Vec<String>;

const LEVELS: [Spellings; 4] = [
    |name| vec![name.to_owned()],
    |name| name.split(", ").map(str::to_owned).collect(),
    |name| with_whole(name).map(str::to_lowercase).collect(),
    |name| with_whole(name).map(loose).collect(),
];

/// How a label is spelled at each level.
const WANTED: [fn(&str) -> String; 4] = [str::to_owned, str::to_owned, str::to_lowercase, loose];

fn with_whole(name: &str) -> impl Iterator<Item = &str> {
    [name].into_iter().chain(name.split(", "))
}

/// `golden_retriever` and `Golden retriever` are one.
fn loose(name: &str) -> String {
    name.to_lowercase().replace('_', " ")
}

/// The classes by name.
pub(super) struct Names<'a> {
    classes: &'a [Label],
    levels: [HashMap<String, Vec<usize>>; 4],
}

impl<'a> Names<'a> {
    pub(super) fn new(classes: &'a [Label]) -> Self {
        let level = |spellings: Spellings| {
            let mut found: HashMap<String, Vec<usize>> = HashMap::new();
            for (index, label) in classes.iter().enumerate() {
                for spelling in spellings(&label.name) {
                    let bearers = found.entry(spelling).or_default();
                    if bearers.last() != Some(&index) {
                        bearers.push(index);
                    }
                }
            }
            found
        };
        Self { classes, levels: LEVELS.map(level) }
    }

    /// The class that `label` names at the strictest level that has any.
    pub(super) fn find(&self, label: &str) -> Result<Option<usize>, TruthError> {
        let found = self.levels.iter().zip(WANTED).find_map(|(level, spell)| level.get(&spell(label)));
        match found.map(Vec::as_slice) {
            None => Ok(None),
            Some([class]) => Ok(Some(*class)),
            Some(classes) => {
                let bearer = |index: &usize| (*index, self.classes[*index].clone());
                let classes = classes.iter().map(bearer).collect();
                Err(TruthError::SeveralClasses { label: label.to_owned(), classes })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::predict::labels::Labels;

    fn find(label: &str) -> Result<Option<usize>, String> {
        let labels = Labels::imagenet(1000).unwrap();
        Names::new(labels.classes()).find(label).map_err(|error| error.to_string())
    }

    #[test]
    fn the_exact_spelling_comes_first() {
        for (label, class) in [
            ("golden retriever", 207),
            ("Golden_Retriever", 207),
            ("tench, Tinca tinca", 0),
            ("Tinca tinca", 0),
            ("TENCH", 0),
            // A dog and a garment.
            ("Cardigan", 264),
            ("cardigan", 474),
            // One class has this name alone, another has it among others.
            ("maillot", 638),
        ] {
            assert_eq!(find(label), Ok(Some(class)), "{label}");
        }
        assert_eq!(find("zyzzyva"), Ok(None));
    }

    #[test]
    fn a_name_of_several_classes_is_refused() {
        let error = find("crane").unwrap_err();
        assert_eq!(error, "`crane` names several classes: 134 (n02012849, crane) and 517 (n03126707, crane)");
        assert!(find("CRANE").is_err() && find("CARDIGAN").is_err());
    }
}
