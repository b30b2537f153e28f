//! A network, and the classes of it that are explained.

use anyhow::Result;

use super::classes;
use crate::predict::{ActivationMap, AllGroups, Classifier, Target};

/// A network, and what is explained of it.
pub(super) struct Subject {
    pub(super) classifier: Classifier,
    /// As answers call it.
    pub(super) model: String,
    pub(super) resolution: usize,
    /// With the words that ask for them; the best class has none.
    targets: Vec<(Option<String>, Target)>,
}

impl Subject {
    /// The classes that `words` name, of which some may be `groups`; without any, the best one of each photo.
    pub(super) fn new(classifier: Classifier, words: &[String], groups: &AllGroups) -> Result<Self> {
        let mut targets = vec![];
        for word in words {
            targets.push((
                Some(word.clone()),
                Target::Classes(classes::find(&classifier, word, words, groups)?),
            ));
        }
        if targets.is_empty() {
            targets.push((None, Target::Best));
        }
        let info = classifier.info();
        Ok(Self { classifier, model: info.name, resolution: info.resolution, targets })
    }

    pub(super) fn targets(&self) -> Vec<Target> {
        self.targets.iter().map(|(_, target)| target.clone()).collect()
    }

    /// What the map of target number `index` is about: a class by its name, several by the word that asked for them.
    pub(super) fn name(&self, index: usize, map: &ActivationMap) -> String {
        match (&map.classes[..], &self.targets[index].0) {
            ([_, _, ..], Some(word)) => word.clone(),
            (classes, _) => self.classifier.labels().get(classes[0]).name.to_string(),
        }
    }

    /// The same for headings: the first of the names that WordNet has for a class, or how many classes there are.
    pub(super) fn heading(&self, name: &str, map: &ActivationMap) -> String {
        match map.classes[..] {
            [class] if self.classifier.labels().get(class).wnid.is_some() => {
                name.split(", ").next().unwrap_or(name).to_owned()
            }
            [_] => name.to_owned(),
            _ => format!("{name} ({} classes)", map.classes.len()),
        }
    }
}
