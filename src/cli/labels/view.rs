//! What is known of the classes that were found.

use crate::predict::{AllGroups, Group, Hierarchy, Labels, NamedGroup};

/// What is printed of the classes that were found.
#[derive(Debug)]
pub(super) struct View<'a> {
    pub labels: &'a Labels,
    pub groups: &'a AllGroups,
    pub coarse: Vec<Group>,
    /// Whether what each class is a kind of is printed, too.
    pub tree: bool,
}

impl View<'_> {
    /// The group of the coarse level that a class is in.
    pub(super) fn coarse_of(&self, index: usize) -> Option<&str> {
        self.coarse.iter().find(|group| group.classes.contains(&index)).map(|group| &*group.name)
    }

    /// Each way from what a class is directly a kind of up to the root, as groups of this model's classes.
    pub(super) fn paths(&self, index: usize) -> Vec<Vec<&NamedGroup>> {
        let Some(wnid) = &self.labels.get(index).wnid else { return vec![] };
        let by_id = |id: &str| {
            let is_it = |named: &&NamedGroup| named.group.wnid.as_deref() == Some(id);
            // Those of the coarse level, whose names are not WordNet's, come first.
            self.groups.iter().filter(is_it).last()
        };
        let paths = Hierarchy::imagenet().paths(wnid);
        paths.iter().map(|path| path[1..].iter().filter_map(|synset| by_id(&synset.wnid)).collect()).collect()
    }
}
