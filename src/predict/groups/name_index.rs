//! Names by how they are spelled, so that a word is found among many.

use std::collections::{BTreeSet, HashMap};

use super::spelling::letters;
use crate::predict::similar_classes::singulars;

/// Places of names: in the spellings in which a word may name them.
#[derive(Clone, Debug, Default)]
pub(super) struct NameIndex {
    exact: Places,
    /// But for case and what stands between words: `Sports-Car` and `sports car`.
    in_letters: Places,
    /// What each is the plural of.
    singular: Places,
}

type Places = HashMap<String, Vec<usize>>;

impl NameIndex {
    /// Adds a name of what is at `place`.
    pub(super) fn add(&mut self, name: &str, place: usize) {
        let in_letters = letters(name);
        for singular in singulars(&in_letters) {
            self.singular.entry(singular).or_default().push(place);
        }
        self.in_letters.entry(in_letters).or_default().push(place);
        self.exact.entry(name.to_owned()).or_default().push(place);
    }

    /// The places of what `word` names: letter by letter; but for case and what stands between words; but for one being the
    /// plural of the other, too.
    pub(super) fn strictest_first(&self, word: &str) -> [BTreeSet<usize>; 3] {
        let of = |places: &Places, word: &str| places.get(word).cloned().unwrap_or_default();
        let plain = letters(word);
        let in_letters: BTreeSet<_> = of(&self.in_letters, &plain).into_iter().collect();
        let singulars = singulars(&plain).into_iter().flat_map(|singular| of(&self.in_letters, &singular));
        let in_number = of(&self.singular, &plain).into_iter().chain(singulars);
        let in_number = in_letters.iter().copied().chain(in_number).collect();
        [of(&self.exact, word).into_iter().collect(), in_letters, in_number]
    }

    /// The first of those that `word` names, in the strictest spelling that names any.
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
