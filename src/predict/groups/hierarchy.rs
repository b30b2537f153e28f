//! What the classes of ImageNet-1k are kinds of, in WordNet 3.0 (`assets/wordnet`).

use std::sync::{Arc, LazyLock};

use crate::predict::labels::Labels;

/// A sense of a word in WordNet: a class of ImageNet-1k, or something that classes are kinds of.
#[derive(Debug)]
pub struct Synset {
    /// Its WordNet id: `n02084071`.
    pub wnid: Arc<str>,
    /// Its names, the first for people: `dog`, `domestic dog`, `Canis familiaris`.
    pub names: Vec<Arc<str>>,
    /// The indices of what it is a kind of. A dog is a canine, and also a domestic animal.
    hypernyms: Vec<usize>,
}

/// The synsets that are a class of ImageNet-1k or a hypernym of one. Each has at least one path up to `entity`.
#[derive(Debug)]
pub struct Hierarchy {
    /// The synsets, in the order of their ids.
    synsets: Vec<Synset>,
}

static IMAGENET: LazyLock<Hierarchy> =
    LazyLock::new(|| Hierarchy::read(include_str!("../../../assets/wordnet/hypernyms.txt")));

impl Hierarchy {
    /// The hierarchy above the classes of ImageNet-1k. It is read when it is first needed.
    pub fn imagenet() -> &'static Self {
        &IMAGENET
    }

    /// Reads lines of an id, the ids of its hypernyms, and its names; a class takes its names from the labels.
    fn read(text: &str) -> Self {
        let labels = Labels::imagenet(1000);
        let classes = labels.as_ref().map(Labels::classes).unwrap_or_default();
        let ids: Vec<_> = text.lines().filter_map(|line| line.split('\t').next()).collect();
        let place = |id: &str| ids.binary_search(&id).ok();
        let synset = |line: &str| {
            let mut fields = line.split('\t');
            let wnid: Arc<str> = fields.next().unwrap_or_default().into();
            let hypernyms = fields.next().unwrap_or_default().split(',').filter_map(place).collect();
            let of_class = || classes.binary_search_by(|class| class.wnid.as_ref().cmp(&Some(&wnid))).ok();
            let names = fields.next().or_else(|| of_class().map(|index| &*classes[index].name));
            let names = names.unwrap_or_default().split(", ").map(Arc::from).collect();
            Synset { wnid, names, hypernyms }
        };
        Self { synsets: text.lines().map(synset).collect() }
    }

    /// The synset with this id.
    pub fn get(&self, wnid: &str) -> Option<&Synset> {
        self.place(wnid).map(|place| &self.synsets[place])
    }

    /// All synsets, in the order of their ids.
    pub(super) fn synsets(&self) -> &[Synset] {
        &self.synsets
    }

    pub(super) fn place(&self, wnid: &str) -> Option<usize> {
        self.synsets.binary_search_by(|synset| (*synset.wnid).cmp(wnid)).ok()
    }

    /// The indices of a synset and of everything that it is a kind of.
    pub(super) fn upwards(&self, place: usize) -> Vec<usize> {
        let mut found = vec![place];
        let mut at = 0;
        while at < found.len() {
            let above = &self.synsets[found[at]].hypernyms;
            let new: Vec<_> = above.iter().copied().filter(|place| !found.contains(place)).collect();
            found.extend(new);
            at += 1;
        }
        found
    }

    /// The first hypernym of a synset.
    pub(super) fn above(&self, place: usize) -> Option<&Synset> {
        self.synsets[place].hypernyms.first().map(|&above| &self.synsets[above])
    }

    /// All paths from the synset with this id up to the root, each including both ends.
    pub fn paths(&self, wnid: &str) -> Vec<Vec<&Synset>> {
        self.place(wnid).map(|place| self.paths_from(place)).unwrap_or_default()
    }

    fn paths_from(&self, place: usize) -> Vec<Vec<&Synset>> {
        let synset = &self.synsets[place];
        if synset.hypernyms.is_empty() {
            return vec![vec![synset]];
        }
        let above = synset.hypernyms.iter().flat_map(|&above| self.paths_from(above));
        above.map(|path| [vec![synset], path].concat()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_whole() {
        let hierarchy = Hierarchy::imagenet();
        assert_eq!(hierarchy.synsets.len(), 1860);
        assert!(hierarchy.synsets.is_sorted_by(|a, b| a.wnid < b.wnid));
        assert!(hierarchy.synsets.iter().all(|synset| synset.names.iter().all(|name| !name.is_empty())));
        let roots = hierarchy.synsets.iter().filter(|synset| synset.hypernyms.is_empty());
        assert_eq!(roots.map(|root| &*root.names[0]).collect::<Vec<_>>(), ["entity"]);
        let labels = Labels::imagenet(1000).unwrap();
        for class in labels.classes() {
            let synset = hierarchy.get(class.wnid.as_ref().unwrap()).unwrap();
            assert_eq!(synset.names.join(", "), *class.name);
        }
        assert!(hierarchy.get("n99999999").is_none());
    }

    /// The paths are as `wn dog -hypen` of WordNet 3.0 prints them.
    #[test]
    fn every_way_to_the_root_is_found() {
        let paths = Hierarchy::imagenet().paths("n02084071");
        let names =
            |path: &Vec<&Synset>| path.iter().map(|synset| synset.names[0].to_string()).collect::<Vec<_>>();
        assert_eq!(paths.len(), 2);
        assert_eq!(
            names(&paths[1]),
            [
                "dog",
                "domestic animal",
                "animal",
                "organism",
                "living thing",
                "whole",
                "object",
                "physical entity",
                "entity"
            ]
        );
        assert_eq!(names(&paths[0])[1..4], ["canine", "carnivore", "placental"]);
        assert!(Hierarchy::imagenet().paths("n99999999").is_empty());
    }
}
