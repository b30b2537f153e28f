//! The coarse level: a cut through WordNet's hierarchy, into groups with names that people use.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use super::group::Group;
use super::hierarchy::Hierarchy;
use crate::predict::labels::{Label, Labels};

/// The name of a group, and the indices of the synsets that it consists of.
type Cut = (&'static str, Vec<usize>);

/// The groups in the order in which they are listed. Each is a name, then lines of two spaces, a WordNet id and its name.
static CUT: LazyLock<Vec<Cut>> = LazyLock::new(|| read(include_str!("../../../assets/wordnet/coarse.txt")));

/// Classes without a place in the hierarchy.
const OTHER: &str = "other";

static IMAGENET: LazyLock<Vec<Group>> =
    LazyLock::new(|| Labels::imagenet(1000).map(|labels| labels.coarse()).unwrap_or_default());

fn read(text: &'static str) -> Vec<Cut> {
    let mut cut: Vec<Cut> = vec![];
    for line in text.lines() {
        match (line.strip_prefix("  ").and_then(|synset| synset.split(' ').next()), cut.last_mut()) {
            (Some(wnid), Some((_, places))) => places.extend(Hierarchy::imagenet().place(wnid)),
            _ => cut.push((line, vec![])),
        }
    }
    cut
}

impl Hierarchy {
    /// The coarse level of ImageNet-1k: disjoint groups that cover all its classes.
    pub fn coarse() -> &'static [Group] {
        &IMAGENET
    }
}

impl Labels {
    /// The coarse level of these classes: disjoint groups that cover all of them, in the order of their table. Classes
    /// that WordNet's hierarchy lacks are in a last group, `other`. Empty if it lacks all classes.
    pub fn coarse(&self) -> Vec<Group> {
        let hierarchy = Hierarchy::imagenet();
        let mut members = vec![BTreeSet::new(); CUT.len() + 1];
        for (index, label) in self.classes().iter().enumerate() {
            let place = label.wnid.as_deref().and_then(|wnid| hierarchy.place(wnid));
            members[place.and_then(row_of).unwrap_or(CUT.len())].insert(index);
        }
        if members.last().is_some_and(|others| others.len() == self.classes().len()) {
            return vec![];
        }
        let names = CUT.iter().map(|(name, places)| (*name, &places[..])).chain([(OTHER, &[][..])]);
        let groups = names.zip(members).filter(|(_, classes)| !classes.is_empty());
        groups
            .map(|((name, places), classes)| {
                let wnid = self.synset_of(places, classes.len());
                Group { name: name.into(), wnid, classes }
            })
            .collect()
    }

    /// The id of the synset, if there is only one and exactly `count` classes are kinds of it.
    fn synset_of(&self, places: &[usize], count: usize) -> Option<Arc<str>> {
        let (hierarchy, &[synset]) = (Hierarchy::imagenet(), places) else { return None };
        let is_of = |label: &&Label| {
            let place = label.wnid.as_deref().and_then(|wnid| hierarchy.place(wnid));
            place.is_some_and(|place| hierarchy.upwards(place).contains(&synset))
        };
        let is_whole = self.classes().iter().filter(is_of).count() == count;
        is_whole.then(|| hierarchy.synsets()[synset].wnid.clone())
    }
}

/// The row of a synset: of itself and the synsets above it, take those in the table that are not above another of
/// these, and return the row of the first.
fn row_of(place: usize) -> Option<usize> {
    let hierarchy = Hierarchy::imagenet();
    let above = hierarchy.upwards(place);
    let rows: Vec<_> = CUT
        .iter()
        .enumerate()
        .flat_map(|(row, (_, places))| places.iter().map(move |&place| (row, place)))
        .filter(|(_, place)| above.contains(place))
        .collect();
    let is_lowest = |&(_, place): &(usize, usize)| {
        rows.iter().all(|&(_, other)| other == place || !hierarchy.upwards(other).contains(&place))
    };
    rows.iter().copied().find(is_lowest).map(|(row, _)| row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole() {
        let text = include_str!("../../../assets/wordnet/coarse.txt");
        let (mut names, mut ids) = (BTreeSet::new(), BTreeSet::new());
        for line in text.lines() {
            let Some(synset) = line.strip_prefix("  ") else {
                assert!(names.insert(line) && line.trim() == line, "{line}");
                continue;
            };
            let (wnid, name) = synset.split_once(' ').unwrap();
            assert_eq!(name, &*Hierarchy::imagenet().get(wnid).unwrap().names[0]);
            assert!(ids.insert(wnid), "{wnid} is there twice");
        }
        assert_eq!(CUT.iter().map(|(_, places)| places.len()).sum::<usize>(), ids.len());
        // Each synset of the table decides the group of at least one class.
        let hierarchy = Hierarchy::imagenet();
        let labels = Labels::imagenet(1000).unwrap();
        for (row, (name, places)) in CUT.iter().enumerate() {
            for place in places {
                let is_of = |label: &Label| {
                    let class = hierarchy.place(label.wnid.as_ref().unwrap()).unwrap();
                    row_of(class) == Some(row) && hierarchy.upwards(class).contains(place)
                };
                assert!(
                    labels.classes().iter().any(is_of),
                    "{name}: {}",
                    hierarchy.synsets()[*place].names[0]
                );
            }
        }
    }

    #[test]
    fn the_coarse_level_is_disjoint_and_complete() {
        let groups = Hierarchy::coarse();
        let mut indices: Vec<_> = groups.iter().flat_map(|group| &group.classes).copied().collect();
        indices.sort_unstable();
        assert_eq!(indices, (0..1000).collect::<Vec<_>>());
        assert!((30..=60).contains(&groups.len()), "{}", groups.len());
        assert!(groups.iter().all(|group| (3..=130).contains(&group.classes.len())));
        assert_eq!(groups[0].wnid.as_deref(), Some("n02084071"));
    }

    /// As a word, the name of a coarse group means that group.
    #[test]
    fn its_names_are_words() {
        let groups = Labels::imagenet(1000).unwrap().groups();
        for group in Hierarchy::coarse() {
            assert_eq!(groups.find(&format!("@{}", group.name)).as_ref(), Ok(group));
            assert_eq!(groups.find(&group.name.replace(' ', "-")).as_ref(), Ok(group));
        }
    }

    #[test]
    fn other_models_have_the_groups_of_their_ids_and_the_others() {
        let labels = Labels::new(["rust", "healthy"].map(Label::from).into());
        assert!(labels.coarse().is_empty());
        let label = |wnid: &str| Label { wnid: Some(wnid.into()), name: wnid.into() };
        let labels = Labels::new(["n02099601", "n99999999", "n02084071"].map(label).into());
        let names: Vec<_> = labels.coarse().iter().map(|group| group.name.to_string()).collect();
        assert_eq!(names, ["dog", "other"]);
        assert_eq!(labels.coarse()[0].classes, [0, 2].into());
    }
}
