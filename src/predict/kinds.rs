//! Words that people look for, which ImageNet-1k has only under the names of breeds and species.

use std::ops::RangeInclusive;

use super::similar_classes::is_same;

/// Words for a kind of thing, and the classes of ImageNet-1k that are of it.
type Kind = (&'static [&'static str], &'static [RangeInclusive<usize>]);

/// The order of the classes is that of WordNet, where a kind is a range.
#[rustfmt::skip]
const KINDS: [Kind; 17] = [
    (&["dog", "puppy"], &[151..=268]),
    (&["cat", "kitten"], &[281..=285]),
    (&["bird"], &[7..=24, 80..=100, 127..=146]),
    (&["fish"], &[0..=6, 389..=397]),
    (&["snake"], &[52..=68]),
    (&["lizard"], &[38..=48]),
    (&["turtle", "tortoise"], &[33..=37]),
    (&["frog", "toad"], &[30..=32]),
    (&["spider"], &[72..=77]),
    (&["beetle"], &[300..=307]),
    (&["butterfly"], &[321..=326]),
    (&["wolf"], &[269..=272]),
    (&["fox"], &[277..=280]),
    (&["bear"], &[294..=297]),
    (&["monkey"], &[370..=382]),
    (&["flower"], &[985..=986]),
    (&["person", "people", "human", "man", "woman", "men", "women"], &[981..=983]),
];

/// The classes of ImageNet-1k that `word` stands for.
pub(super) fn kind(word: &str) -> Option<&'static [RangeInclusive<usize>]> {
    let word = word.trim().to_lowercase();
    KINDS.iter().find(|(names, _)| names.iter().any(|name| is_same(&word, name))).map(|(_, classes)| *classes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::predict::labels::Labels;

    #[test]
    fn kinds_are_whole() {
        let labels = Labels::imagenet(1000).unwrap();
        let name = |index: usize| labels.classes()[index].name.split(',').next().unwrap().to_owned();
        let ends = |word| {
            kind(word)
                .unwrap()
                .iter()
                .map(|range| [name(*range.start()), name(*range.end())])
                .collect::<Vec<_>>()
        };
        assert_eq!(ends("puppies"), [["Chihuahua", "Mexican hairless"]]);
        assert_eq!(ends("Cats"), [["tabby", "Egyptian cat"]]);
        assert_eq!(ends("people"), [["ballplayer", "scuba diver"]]);
        assert_eq!(ends("monkey"), [["guenon", "squirrel monkey"]]);
        assert_eq!(
            ends("bird").concat(),
            ["cock", "great grey owl", "black grouse", "black swan", "white stork", "albatross"]
        );
        assert!(kind("tree").is_none() && kind("").is_none());
    }
}
