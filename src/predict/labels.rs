//! Names of classes.

use std::sync::{Arc, LazyLock};

/// One class, with its name for people and its id for scripts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// WordNet id, for classes of ImageNet.
    pub wnid: Option<Arc<str>>,
    /// For people: `Egyptian cat`, or `class 285` where the checkpoint names no classes.
    pub name: Arc<str>,
}

/// The classes of one classifier, and which of its outputs they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labels {
    classes: Arc<[Label]>,
    /// Whether output 0 is TensorFlow's background class, which is never reported.
    background: bool,
    /// Why the classes have numbers in place of names, if they have.
    unnamed: Option<Unnamed>,
}

/// Why classes have no names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unnamed {
    /// No file names them.
    NoNames,
    /// The configuration has this many names, which is not the number of outputs.
    OtherCount(usize),
}

/// ImageNet's larger sets by their number of classes. Checkpoints of them do not include the names (timm
/// 1.0.31, `data/imagenet_info.py`).
const IMAGENET_SETS: [(usize, &str); 5] = [
    (11221, "MIIL's version of ImageNet-21k"),
    (11821, "ImageNet-12k"),
    (21841, "ImageNet-22k"),
    (21842, "Microsoft's version of ImageNet-22k"),
    (21843, "Google's version of ImageNet-21k"),
];

/// ImageNet-1k in class order: WordNet id, tab, names.
static IMAGENET: LazyLock<Arc<[Label]>> = LazyLock::new(|| {
    include_str!("../../assets/labels/imagenet-1k.txt")
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(wnid, name)| Label { wnid: Some(wnid.into()), name: name.into() })
        .collect()
});

impl Labels {
    /// ImageNet-1k for 1000 outputs, or for 1001 with the background first.
    pub fn imagenet(outputs: usize) -> Option<Self> {
        matches!(outputs, 1000 | 1001).then(|| Self {
            classes: IMAGENET.clone(),
            background: outputs == 1001,
            unnamed: None,
        })
    }

    /// The classes of a classifier with `outputs` outputs: the first of `candidates` with that many names;
    /// else ImageNet-1k if the number fits, else numbers. The placeholders of transformers (`LABEL_0`, …) do
    /// not count as names.
    pub(super) fn of_head(candidates: impl IntoIterator<Item = Vec<String>>, outputs: usize) -> Self {
        let mut reason = Unnamed::NoNames;
        for names in candidates.into_iter().filter(|names| !are_placeholders(names)) {
            if names.len() == outputs {
                return Self::new(names);
            }
            reason = Unnamed::OtherCount(names.len());
        }
        Self::imagenet(outputs).unwrap_or_else(|| {
            let numbered = Self::named((0..outputs).map(|index| format!("class {index}")));
            Self { unnamed: Some(reason), ..numbered }
        })
    }

    /// These classes with other names; `None` if the number differs. The names may include the background.
    pub(super) fn with_names(&self, mut names: Vec<String>) -> Option<Self> {
        if names.len() == self.outputs() {
            names.drain(..usize::from(self.background));
        }
        (names.len() == self.classes.len()).then(|| {
            let labels = Self::new(names);
            Self { background: labels.background || self.background, ..labels }
        })
    }

    /// If the classes have no names, a sentence that says why.
    pub fn unnamed_note(&self) -> Option<String> {
        let outputs = self.outputs();
        Some(match self.unnamed? {
            Unnamed::NoNames => {
                let set = IMAGENET_SETS.iter().find(|(count, _)| *count == outputs);
                let set = set.map(|(_, name)| format!(" (as many as in {name})")).unwrap_or_default();
                format!("its {outputs} classes{set} have no names")
            }
            Unnamed::OtherCount(names) => {
                format!("config.json names {names} classes, the model has {outputs}: the names are not used")
            }
        })
    }

    /// The classes with these names, one for each output. ImageNet's own names become ImageNet-1k, with its
    /// WordNet ids.
    pub fn new(names: Vec<String>) -> Self {
        if let Some(imagenet) = Self::imagenet(names.len())
            && imagenet.is_named(&names)
        {
            return imagenet;
        }
        Self::named(names)
    }

    fn named(names: impl IntoIterator<Item = String>) -> Self {
        let classes = names.into_iter().map(|name| Label { wnid: None, name: name.into() }).collect();
        Self { classes, background: false, unnamed: None }
    }

    fn is_named(&self, names: &[String]) -> bool {
        let (background, names) = names.split_at(usize::from(self.background));
        let known =
            |(label, name): (&Label, &String)| *label.name == **name || label.wnid.as_deref() == Some(name);
        background.iter().all(|name| name == "background") && self.classes.iter().zip(names).all(known)
    }

    /// Number of outputs of the classifier.
    pub fn outputs(&self) -> usize {
        self.classes.len() + usize::from(self.background)
    }

    /// The logits of the classes, without the background.
    pub fn without_background<'a>(&self, logits: &'a [f32]) -> &'a [f32] {
        &logits[usize::from(self.background)..]
    }

    /// The classes, without the background.
    pub(super) fn classes(&self) -> &[Label] {
        &self.classes
    }

    /// The class at `index` of [`without_background`](Self::without_background).
    pub fn get(&self, index: usize) -> &Label {
        &self.classes[index]
    }
}

/// Whether the names are the defaults of transformers.
fn are_placeholders(names: &[String]) -> bool {
    names.iter().enumerate().all(|(index, name)| *name == format!("LABEL_{index}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imagenet_is_whole() {
        let labels = Labels::imagenet(1001).unwrap();
        assert_eq!(labels.classes.len(), 1000);
        assert_eq!(labels.get(207).wnid.as_deref(), Some("n02099601"));
        assert_eq!(&*labels.get(207).name, "golden retriever");
        // "crane" is a bird and a machine, so a name is not unique.
        assert_eq!(labels.get(134).name, labels.get(517).name);
        assert!(Labels::imagenet(999).is_none());
    }

    #[test]
    fn names_of_imagenet_get_their_ids() {
        let imagenet = Labels::imagenet(1001).unwrap();
        let mut names: Vec<String> = imagenet.classes.iter().map(|label| label.name.to_string()).collect();
        assert_eq!(Labels::new(names.clone()), Labels::imagenet(1000).unwrap());
        names.insert(0, "background".into());
        assert_eq!(Labels::new(names.clone()), imagenet);
        names[5] = "goldfish with a hat".into();
        assert_eq!(Labels::new(names).get(5).wnid, None);
        assert_eq!(Labels::of_head([placeholders(1001)], 1001), imagenet);
    }

    fn placeholders(count: usize) -> Vec<String> {
        (0..count).map(|index| format!("LABEL_{index}")).collect()
    }

    #[test]
    fn classes_without_names_get_numbers() {
        let note = |names: Vec<Vec<String>>, outputs| Labels::of_head(names, outputs).unnamed_note();
        assert_eq!(&*Labels::of_head([placeholders(3)], 3).get(2).name, "class 2");
        let said = note(vec![], 11821).unwrap();
        assert!(said.starts_with("its 11821 classes (as many as in ImageNet-12k) have no names"), "{said}");
        let old = vec!["a".to_owned(), "b".to_owned(), "c".to_owned()];
        let said = note(vec![old.clone()], 2).unwrap();
        assert!(
            said.starts_with("config.json names 3 classes, the model has 2: the names are not used"),
            "{said}"
        );
        assert_eq!(note(vec![placeholders(2), old], 3), None);
    }

    #[test]
    fn classes_can_be_renamed() {
        let names = |count: usize| (0..count).map(|index| format!("name {index}")).collect::<Vec<_>>();
        let renamed = Labels::imagenet(1001).unwrap().with_names(names(1001)).unwrap();
        assert_eq!((renamed.outputs(), &*renamed.get(0).name), (1001, "name 1"));
        let renamed = Labels::imagenet(1001).unwrap().with_names(names(1000)).unwrap();
        assert_eq!((renamed.outputs(), &*renamed.get(0).name), (1001, "name 0"));
        assert_eq!(Labels::of_head([], 4).with_names(names(3)), None);
        assert_eq!(Labels::of_head([], 4).with_names(names(4)).unwrap().unnamed_note(), None);
    }

    #[test]
    fn other_names_are_kept() {
        let labels = Labels::new(vec!["human".into(), "LD".into(), "SD".into()]);
        assert_eq!((labels.outputs(), &*labels.get(2).name), (3, "SD"));
        assert_eq!(labels.without_background(&[0.1, 0.2, 0.3]), [0.1, 0.2, 0.3]);
    }
}
