//! Words that people use, but that WordNet lacks or uses for something else.

use crate::predict::similar_classes::is_same;

/// Words, and the coarse groups that each of them means.
type Meaning = (&'static [&'static str], &'static [&'static str]);

/// WordNet's `food` is two synsets that share only fruit and vegetables, and one of them contains hay; its `vehicle`
/// contains missiles but no buses.
pub(super) const MEANINGS: &[Meaning] = &[
    (&["food"], &["prepared food", "fruit", "vegetable", "drink"]),
    (
        &["vehicle"],
        &[
            "car",
            "truck or bus",
            "train",
            "bicycle or motorcycle",
            "boat or ship",
            "aircraft or spacecraft",
            "other vehicle",
        ],
    ),
    (&["people", "human"], &["person"]),
    (&["clothes"], &["clothing"]),
];

/// Words for some members of a group, with that group. ImageNet-1k does not distinguish them from the other members.
const NEAREST: &[(&[&str], &str)] = &[
    (&["puppy"], "dog"),
    (&["kitten"], "cat"),
    (&["tortoise"], "turtle"),
    (&["man", "woman", "men", "women", "child", "children", "boy", "girl", "baby"], "person"),
];

/// The group whose members include what `word` means.
pub(in crate::predict) fn nearest_group(word: &str) -> Option<&'static str> {
    let word = word.trim().to_lowercase();
    let is_meant = |names: &[&str]| names.iter().any(|name| is_same(&word, name));
    NEAREST.iter().find(|(names, _)| is_meant(names)).map(|(_, group)| *group)
}
