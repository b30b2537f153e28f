//! The groups of a model's classes, in WordNet.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::group::{Group, Groups, Row};
use super::hierarchy::Hierarchy;
use crate::predict::labels::{Label, Labels};

impl Labels {
    /// What `@words` mean for these classes: what the classes are kinds of, as far as their WordNet ids are known, and
    /// each class as a group of one.
    pub fn groups(&self) -> Groups {
        let hierarchy = Hierarchy::imagenet();
        let mut members: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        let mut rows = vec![];
        for (index, label) in self.classes().iter().enumerate() {
            match label.wnid.as_deref().and_then(|wnid| hierarchy.place(wnid)) {
                Some(place) => {
                    for above in hierarchy.upwards(place) {
                        members.entry(above).or_default().insert(index);
                    }
                }
                None => rows.push(of_one(index, label)),
            }
        }
        rows.extend(members.into_iter().map(|(place, classes)| {
            let synset = &hierarchy.synsets()[place];
            let group = Group { name: synset.names[0].clone(), wnid: Some(synset.wnid.clone()), classes };
            Row { names: synset.names.clone(), is_first_meaning: false, group }
        }));
        Groups::of_rows(rows)
    }
}

/// A class that WordNet's extract lacks.
fn of_one(index: usize, label: &Label) -> Row {
    let names: Vec<Arc<str>> = label.name.split(", ").map(Arc::from).collect();
    let group = Group { name: names[0].clone(), wnid: label.wnid.clone(), classes: [index].into() };
    Row { names, is_first_meaning: false, group }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(word: &str) -> Vec<usize> {
        let groups = Labels::imagenet(1000).unwrap().groups();
        groups.find(word).map(|group| group.classes.into_iter().collect()).unwrap_or_default()
    }

    #[test]
    fn hypernyms_are_groups() {
        assert_eq!(find("@dog"), (151..=268).collect::<Vec<_>>());
        assert_eq!(find("n02084071"), find("Dogs"));
        assert_eq!(find("@golden_retriever"), [207]);
    }
}
