//! A network with its classes to explain.

use anyhow::Result;

use super::classes;
use crate::predict::{ActivationMap, AllGroups, Classifier, Target};

/// A network with its targets: the classes to explain.
pub(super) struct Subject {
    pub(super) classifier: Classifier,
    /// The model's name in answers.
    pub(super) model: String,
    pub(super) resolution: usize,
    /// Each target with the word that asked for it; `None` for the best class.
    targets: Vec<(Option<String>, Target)>,
}

impl Subject {
    /// Explains the classes and `groups` that `words` name or, without words, the best class of each photo.
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

    /// The title of the map of target number `index`: the name of its class, or for several classes the word that asked for them.
    pub(super) fn name(&self, index: usize, map: &ActivationMap) -> String {
        match (&map.classes[..], &self.targets[index].0) {
            ([_, _, ..], Some(word)) => word.clone(),
            (classes, _) => self.classifier.labels().get(classes[0]).name.to_string(),
        }
    }

    /// `name` as a heading: only the first name of a WordNet class, and the number of classes if there are several.
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
