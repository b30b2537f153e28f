//! The groups of a model's classes: the coarse level, and WordNet's.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::group::{Group, GroupKind, Groups, NamedGroup};
use super::hierarchy::Hierarchy;
use super::meanings::MEANINGS;
use crate::predict::labels::{Label, Labels};

impl Labels {
    /// The groups that `@words` mean for these classes: what the classes are kinds of, as far as their WordNet ids are
    /// known, and each class as a group of one.
    pub fn groups(&self) -> Groups {
        let hierarchy = Hierarchy::imagenet();
        let mut members: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        let mut classes = BTreeMap::new();
        for (index, label) in self.classes().iter().enumerate() {
            let place = label.wnid.as_deref().and_then(|wnid| hierarchy.place(wnid));
            classes.insert(place.ok_or(index), label);
            for above in place.map(|place| hierarchy.upwards(place)).unwrap_or_default() {
                members.entry(above).or_default().insert(index);
            }
        }
        let coarse = self.coarse();
        let mut groups = common(&coarse);
        groups.extend(coarse.into_iter().map(|group| named(group, GroupKind::Coarse)));
        groups.extend(members.into_iter().map(|(place, members)| {
            let synset = &hierarchy.synsets()[place];
            let class = classes.get(&Ok(place)).filter(|_| members.len() == 1);
            let own_names = class.iter().flat_map(|label| names(label));
            let is_new = |name: &Arc<str>| !synset.names.contains(name);
            NamedGroup {
                names: synset.names.iter().cloned().chain(own_names.filter(is_new)).collect(),
                kind: if class.is_some() { GroupKind::Class } else { GroupKind::Synset },
                above: hierarchy.above(place).map(|above| above.names[0].clone()),
                group: Group {
                    name: synset.names[0].clone(),
                    wnid: Some(synset.wnid.clone()),
                    classes: members,
                },
            }
        }));
        // Classes without an id, or with an id that our extract of WordNet lacks.
        groups.extend(classes.into_iter().filter_map(|(place, label)| Some((place.err()?, label))).map(
            |(index, label)| {
                let names: Vec<_> = names(label).collect();
                let group =
                    Group { name: names[0].clone(), wnid: label.wnid.clone(), classes: [index].into() };
                NamedGroup { names, ..named(group, GroupKind::Class) }
            },
        ));
        Groups::of(groups)
    }

    /// How many classes are in no group but their own, because they have no id or our extract of WordNet lacks it; 0 if
    /// this is true of all classes.
    pub fn without_groups(&self) -> usize {
        let has_place = |label: &&Label| {
            label.wnid.as_deref().is_some_and(|wnid| Hierarchy::imagenet().get(wnid).is_some())
        };
        let placed = self.classes().iter().filter(has_place).count();
        if placed == 0 { 0 } else { self.classes().len() - placed }
    }
}

fn names(label: &Label) -> impl Iterator<Item = Arc<str>> {
    label.name.split(", ").map(Arc::from)
}

fn named(group: Group, kind: GroupKind) -> NamedGroup {
    NamedGroup { names: vec![group.name.clone()], group, kind, above: None }
}

/// The groups for words that people use, each made of groups of the `coarse` level.
fn common(coarse: &[Group]) -> Vec<NamedGroup> {
    let group = |&(names, parts): &(&[&str], &[&str])| {
        let parts = coarse.iter().filter(|group| parts.contains(&&*group.name));
        let classes: BTreeSet<_> = parts.flat_map(|group| group.classes.iter().copied()).collect();
        let names: Vec<Arc<str>> = names.iter().map(|&name| name.into()).collect();
        let group = Group { name: names[0].clone(), wnid: None, classes };
        (!group.classes.is_empty()).then(|| NamedGroup { names, ..named(group, GroupKind::Common) })
    };
    MEANINGS.iter().filter_map(group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(word: &str) -> Vec<usize> {
        let groups = Labels::imagenet(1000).unwrap().groups();
        groups.find(word).unwrap_or_else(|error| panic!("{error}")).classes.into_iter().collect()
    }

    fn unknown(word: &str) -> (String, Vec<String>) {
        let groups = Labels::imagenet(1000).unwrap().groups();
        let error = groups.find(word).unwrap_err();
        (error.to_string(), error.similar)
    }

    fn ranges(ranges: &[std::ops::RangeInclusive<usize>]) -> Vec<usize> {
        ranges.iter().cloned().flatten().collect()
    }

    /// The classes are in WordNet's order, in which a group of animals is one range or a few.
    #[test]
    fn words_mean_what_people_expect() {
        for (word, expected) in [
            ("@dog", &[151..=268][..]),
            ("@cat", &[281..=285]),
            ("@wild cat", &[286..=293]),
            ("@bird", &[7..=24, 80..=100, 127..=146]),
            ("@fish", &[0..=6, 389..=397]),
            ("@snake", &[52..=68]),
            ("@lizard", &[38..=48]),
            ("@turtle", &[33..=37]),
            ("@frog", &[30..=32]),
            ("@spider", &[72..=77]),
            ("@beetle", &[300..=307]),
            ("@butterfly", &[321..=326]),
            ("@wolf", &[269..=272]),
            ("@fox", &[277..=280]),
            ("@bear", &[294..=297]),
            ("@monkey", &[370..=382]),
            ("@flower", &[985..=986]),
            ("@person", &[981..=983]),
            ("@fruit", &[948..=957]),
            ("@animal", &[0..=397]),
        ] {
            assert_eq!(find(word), ranges(expected), "{word}");
        }
    }

    #[test]
    fn words_that_wordnet_divides_mean_the_whole() {
        let labels = Labels::imagenet(1000).unwrap();
        let holds = |word: &str, name: &str| {
            let index = *labels.find(&[name.to_owned()]).unwrap().first().unwrap();
            find(word).contains(&index)
        };
        for name in ["pizza", "banana", "broccoli", "espresso", "hotdog", "bagel", "ice cream", "mushroom"] {
            assert!(holds("@food", name), "{name}");
        }
        assert!(!holds("@food", "menu") && !holds("@food", "hay"));
        for name in ["school bus", "bullet train", "airliner", "canoe", "sports car", "unicycle", "n04389033"]
        {
            assert!(holds("@vehicle", name), "{name}");
        }
        assert!(!holds("@vehicle", "missile") && !holds("@vehicle", "car wheel"));
    }

    #[test]
    fn case_number_and_separators_do_not_count() {
        for word in ["dog", "@Dog", "@dogs", "@domestic_dog", "@Canis-familiaris", "@n02084071", "N02084071"]
        {
            assert_eq!(find(word).len(), 118, "{word}");
        }
        assert_eq!(find("@wolves"), find("@wolf"));
        assert_eq!(find("@butterflies"), find("@butterfly"));
        assert_eq!(find("@people"), find("@person"));
        assert_eq!(find("@sports-car"), [817]);
        // `truck or bus` contains both; WordNet's `truck` has fewer classes.
        assert!(find("@truck").len() < find("@truck-or-bus").len());
    }

    #[test]
    fn a_word_with_several_meanings_is_not_guessed() {
        let (message, similar) = unknown("@crane");
        assert_eq!(
            message,
            "`@crane` has 2 meanings: @n02012849 (wading bird, 1 class) and @n03126707 (lifting device, 1 class)"
        );
        assert_eq!(similar, ["@n02012849", "@n03126707"]);
        assert!(unknown("@toy").0.contains("@n02085374 (dog, 8 classes)"));
    }

    #[test]
    fn every_name_is_found_or_has_several_meanings() {
        let groups = Labels::imagenet(1000).unwrap().groups();
        let mut count = 0;
        for named in groups.iter() {
            let found = groups.find(&groups.word(named)).unwrap();
            assert_eq!(found.classes, named.group.classes, "{named:?}");
            for name in &named.names {
                if let Err(error) = groups.find(name) {
                    assert!(error.to_string().contains("meanings"), "{error}");
                    assert!(error.similar.iter().all(|word| groups.find(word).is_ok()));
                    count += 1;
                }
            }
        }
        assert!(count > 20, "{count}");
    }

    #[test]
    fn similar_groups_are_suggested() {
        for (word, similar) in [
            ("@primat", "@primate"),
            ("@vehicel", "@vehicle"),
            ("@puppy", "@dog"),
            ("@women", "@person"),
            ("@terier", "@terrier"),
        ] {
            assert_eq!(unknown(word).1.first().map(String::as_str), Some(similar), "{word}");
        }
        assert_eq!(unknown("@zyzzyva"), ("no group of classes is called `@zyzzyva`".into(), vec![]));
        assert!(unknown("@n99999999").0.ends_with("no class is a kind of this WordNet id"));
    }

    #[test]
    fn other_models_have_the_groups_of_their_ids() {
        let labels = Labels::new(["n02099601", "n02123045", "n02084071"].map(Label::from).into());
        assert_eq!(labels.groups().find("@dog").unwrap().classes, [0, 2].into());
        assert_eq!(labels.groups().find("@tabby").unwrap().classes, [1].into());
        assert!(labels.groups().find("@bird").is_err());
        assert_eq!(labels.without_groups(), 0);
        let of_12k = Labels::new(["n02099601", "n00005787"].map(Label::from).into());
        assert_eq!(of_12k.without_groups(), 1);
        let labels = Labels::new(["rust", "healthy"].map(Label::from).into());
        assert_eq!(labels.without_groups(), 0);
        assert_eq!(labels.groups().find("@rust").unwrap().classes, [0].into());
        assert_eq!(
            labels.groups().find("@dog").unwrap_err().to_string(),
            "no group of classes is called `@dog`; the classes of this model have no WordNet ids, so they are in no groups"
        );
    }

    #[test]
    fn a_word_that_is_unknown_has_no_way_back_to_itself() {
        let ids = ["n02099601", "unknown", "@home", "n99999999"];
        let groups = Labels::new(ids.map(Label::from).into()).groups();
        for word in ["@n0209960", "n9999999", "@hom", "@unknwn", "@n99999999"] {
            assert!(groups.find(word).is_err(), "{word}");
        }
        assert_eq!(groups.find("@dog").unwrap().classes, [0].into());
        for named in groups.iter().filter(|named| named.names[0].contains("home")) {
            assert_eq!(groups.find(&groups.word(named)).unwrap().classes, [2].into());
        }
    }

    #[test]
    fn own_groups_are_found_by_their_names() {
        let group = |name: &str, classes| Group { name: name.into(), wnid: None, classes };
        let pets = [group("pet", [0].into()), group("PET", [1].into()), group("Pets", [0, 1].into())];
        let groups = Groups::new(pets.into());
        assert_eq!(groups.find("@PET").unwrap().classes, [1].into());
        assert_eq!(groups.find("@Pet").unwrap_err().similar, ["@pet", "@PET"]);
        // One of the meanings includes all classes of the others.
        assert_eq!(groups.find("@pets").unwrap().classes, [0, 1].into());
        assert_eq!(
            groups.find("@zyzzyva").unwrap_err().to_string(),
            "no group of classes is called `@zyzzyva`"
        );
    }
}
