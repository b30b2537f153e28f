//! The coarse level: a cut through WordNet's hierarchy into groups of names that people use.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::group::Group;
use super::hierarchy::Hierarchy;
use crate::predict::labels::Labels;

/// A name for people, and the synsets that it stands for.
type Cut = (&'static str, &'static [&'static str]);

/// A class is in the first of these groups that has a synset above it.
const CUT: &[Cut] = &[("dog", &["n02084071"]), ("animal", &["n00015388"]), ("thing", &["n00001740"])];

/// Classes whose WordNet ids are not known.
const OTHER: &str = "other";

static IMAGENET: LazyLock<Vec<Group>> =
    LazyLock::new(|| Labels::imagenet(1000).map(|labels| labels.coarse()).unwrap_or_default());

impl Hierarchy {
    /// The coarse level of ImageNet-1k: disjoint groups that have all its classes.
    pub fn coarse() -> &'static [Group] {
        &IMAGENET
    }
}

impl Labels {
    /// The coarse level of these classes: disjoint groups that have all of them, in the order of their table. Classes
    /// without a place in WordNet are in a last group, `other`. Empty if no class has a place.
    pub fn coarse(&self) -> Vec<Group> {
        let hierarchy = Hierarchy::imagenet();
        let mut members = vec![BTreeSet::new(); CUT.len() + 1];
        for (index, label) in self.classes().iter().enumerate() {
            let place = label.wnid.as_deref().and_then(|wnid| hierarchy.place(wnid));
            let above = place.map(|place| hierarchy.upwards(place)).unwrap_or_default();
            let is_above = |id: &&str| above.iter().any(|&place| *hierarchy.synsets()[place].wnid == **id);
            let row = CUT.iter().position(|(_, ids)| ids.iter().any(|id| is_above(id)));
            members[row.unwrap_or(CUT.len())].insert(index);
        }
        if members.last().is_some_and(|others| others.len() == self.classes().len()) {
            return vec![];
        }
        let names = CUT.iter().map(|(name, _)| *name).chain([OTHER]);
        let groups = names.zip(members).filter(|(_, classes)| !classes.is_empty());
        groups.map(|(name, classes)| Group { name: name.into(), wnid: None, classes }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_coarse_level_is_disjoint_and_complete() {
        let groups = Hierarchy::coarse();
        let mut indices: Vec<_> = groups.iter().flat_map(|group| &group.classes).copied().collect();
        indices.sort_unstable();
        assert_eq!(indices, (0..1000).collect::<Vec<_>>());
    }
}
