//! An index of names by their spellings, which finds a word among many names.

use std::collections::{BTreeSet, HashMap};

use super::spelling::letters;
use crate::predict::similar_classes::singulars;

/// The places of names, by the spellings with which a word may refer to them.
#[derive(Clone, Debug, Default)]
pub(super) struct NameIndex {
    exact: Places,
    /// By the name without regard to case or word separators: `Sports-Car` and `sports car`.
    in_letters: Places,
    /// By the singular forms of the name.
    singular: Places,
}

type Places = HashMap<String, Vec<usize>>;

impl NameIndex {
    /// Adds a name of the item at `place`.
    pub(super) fn add(&mut self, name: &str, place: usize) {
        let in_letters = letters(name);
        for singular in singulars(&in_letters) {
            self.singular.entry(singular).or_default().push(place);
        }
        self.in_letters.entry(in_letters).or_default().push(place);
        self.exact.entry(name.to_owned()).or_default().push(place);
    }

    /// The places of the items that `word` names, in three spellings: exactly; without regard to case and word
    /// separators; and also if one is the plural of the other.
    pub(super) fn strictest_first(&self, word: &str) -> [BTreeSet<usize>; 3] {
        let of = |places: &Places, word: &str| places.get(word).cloned().unwrap_or_default();
        let plain = letters(word);
        let in_letters: BTreeSet<_> = of(&self.in_letters, &plain).into_iter().collect();
        let singulars = singulars(&plain).into_iter().flat_map(|singular| of(&self.in_letters, &singular));
        let in_number = of(&self.singular, &plain).into_iter().chain(singulars);
        let in_number = in_letters.iter().copied().chain(in_number).collect();
        [of(&self.exact, word).into_iter().collect(), in_letters, in_number]
    }

    /// The first of the items that `word` names, in the strictest spelling that finds any.
    pub(super) fn first(&self, word: &str) -> Option<usize> {
        self.strictest_first(word).into_iter().find_map(|places| places.first().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_in_case_and_number() {
        let mut index = NameIndex::default();
        for (place, name) in ["Wolf", "sports-car", "berries", "box", "us"].into_iter().enumerate() {
            index.add(name, place);
        }
        let words = ["wolf", "WOLVES", "Sports_Cars", "berry", "boxes", "u"];
        assert_eq!(words.map(|word| index.first(word)), [Some(0), Some(0), Some(1), Some(2), Some(3), None]);
        assert_eq!(index.strictest_first("Wolf").map(|places| places.len()), [1; 3]);
        assert_eq!(index.strictest_first("wolves").map(|places| places.len()), [0, 0, 1]);
    }
}
