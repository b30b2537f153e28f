//! Words that people use and WordNet does not have, or has for something else.

use crate::predict::similar_classes::is_same;

/// Words, and the groups of the coarse level that each of them means.
type Meaning = (&'static [&'static str], &'static [&'static str]);

/// WordNet's `food` is two synsets that share only fruit and vegetables, with hay in one of them; its `vehicle` has missiles but no buses.
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

/// Words for some members of a group, with the group. ImageNet-1k does not tell them from the others.
const NEAREST: &[(&[&str], &str)] = &[
    (&["puppy"], "dog"),
    (&["kitten"], "cat"),
    (&["tortoise"], "turtle"),
    (&["man", "woman", "men", "women", "child", "children", "boy", "girl", "baby"], "person"),
];

/// The group that has what `word` means, among others.
pub(in crate::predict) fn nearest_group(word: &str) -> Option<&'static str> {
    let word = word.trim().to_lowercase();
    let is_meant = |names: &[&str]| names.iter().any(|name| is_same(&word, name));
    NEAREST.iter().find(|(names, _)| is_meant(names)).map(|(_, group)| *group)
}
