//! Names of classes.

use std::sync::{Arc, LazyLock};

/// One class as people and scripts name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// WordNet id, of ImageNet classes.
    pub wnid: Option<Arc<str>>,
    /// Its name.
    pub name: Arc<str>,
}

/// The classes of one head, and which of its outputs they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labels {
    classes: Arc<[Label]>,
    /// Whether output 0 is TensorFlow's background class, which is never an answer.
    background: bool,
    /// Why the names are numbers, if they are.
    gap: Option<Gap>,
}

/// Why classes have no names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gap {
    /// Nobody named them.
    Unnamed,
    /// There are so many names, which are those of another head.
    Names(usize),
}

/// Heads of ImageNet's larger sets, by their outputs; their names are in no file of theirs (timm 1.0.31,
/// `data/imagenet_info.py`).
const IMAGENET_SETS: [(usize, &str); 5] = [
    (11221, "ImageNet-21k as MIIL cut it"),
    (11821, "ImageNet-12k"),
    (21841, "ImageNet-22k"),
    (21842, "ImageNet-22k as Microsoft ordered it"),
    (21843, "ImageNet-21k as Google counts it"),
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
    /// ImageNet-1k for a head of 1000 outputs, or of 1001 with the background first.
    pub fn imagenet(outputs: usize) -> Option<Self> {
        matches!(outputs, 1000 | 1001).then(|| Self {
            classes: IMAGENET.clone(),
            background: outputs == 1001,
            gap: None,
        })
    }

    /// The classes of a head of `outputs`: the first of `candidates` that has as many names; without any, ImageNet-1k
    /// where the count fits, else numbers. The placeholders of transformers, `LABEL_0` and so on, are no names.
    pub(super) fn of_head(candidates: impl IntoIterator<Item = Vec<String>>, outputs: usize) -> Self {
        let mut gap = Gap::Unnamed;
        for names in candidates.into_iter().filter(|names| !are_placeholders(names)) {
            if names.len() == outputs {
                return Self::new(names);
            }
            gap = Gap::Names(names.len());
        }
        Self::imagenet(outputs).unwrap_or_else(|| {
            let numbered = Self::named((0..outputs).map(|index| format!("class {index}")));
            Self { gap: Some(gap), ..numbered }
        })
    }

    /// These classes with other names; `None` if there are not as many. Names of all outputs may include the background.
    pub(super) fn with_names(&self, mut names: Vec<String>) -> Option<Self> {
        if names.len() == self.outputs() {
            names.drain(..usize::from(self.background));
        }
        (names.len() == self.classes.len()).then(|| {
            let labels = Self::new(names);
            Self { background: labels.background || self.background, ..labels }
        })
    }

    /// A sentence on classes without names, if they are.
    pub fn gap(&self) -> Option<String> {
        let outputs = self.outputs();
        Some(match self.gap? {
            Gap::Unnamed => {
                let set = IMAGENET_SETS.iter().find(|(count, _)| *count == outputs);
                let set = set.map(|(_, name)| format!(" (as many as {name} has)")).unwrap_or_default();
                format!("its {outputs} classes{set} have no names")
            }
            Gap::Names(names) => {
                format!("config.json names {names} classes, the model has {outputs}: the names are not used")
            }
        })
    }

    /// The names of a head's outputs, in order. Names that are ImageNet's own become ImageNet-1k with its WordNet ids.
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
        Self { classes, background: false, gap: None }
    }

    fn is_named(&self, names: &[String]) -> bool {
        let (background, names) = names.split_at(usize::from(self.background));
        let known =
            |(label, name): (&Label, &String)| *label.name == **name || label.wnid.as_deref() == Some(name);
        background.iter().all(|name| name == "background") && self.classes.iter().zip(names).all(known)
    }

    /// How many outputs the head has.
    pub fn outputs(&self) -> usize {
        self.classes.len() + usize::from(self.background)
    }

    /// The logits of the classes that can be printed, without the background.
    pub fn printable<'a>(&self, logits: &'a [f32]) -> &'a [f32] {
        &logits[usize::from(self.background)..]
    }

    /// The classes that can be printed.
    pub(super) fn classes(&self) -> &[Label] {
        &self.classes
    }

    /// The class at `index` of [`printable`](Self::printable).
    pub fn get(&self, index: usize) -> &Label {
        &self.classes[index]
    }
}

/// Whether the names are those that transformers gives where nobody does.
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
        // Two birds of the wrong feather: a name is no key.
        assert_eq!(labels.get(134).name, labels.get(517).name);
        assert!(Labels::imagenet(999).is_none());
    }

    #[test]
    fn names_of_imagenet_gain_their_ids() {
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
    fn heads_without_names_of_their_own() {
        let gap = |names: Vec<Vec<String>>, outputs| Labels::of_head(names, outputs).gap();
        assert_eq!(&*Labels::of_head([placeholders(3)], 3).get(2).name, "class 2");
        let said = gap(vec![], 11821).unwrap();
        assert!(said.starts_with("its 11821 classes (as many as ImageNet-12k has) have no names"), "{said}");
        let old = vec!["a".to_owned(), "b".to_owned(), "c".to_owned()];
        let said = gap(vec![old.clone()], 2).unwrap();
        assert!(
            said.starts_with("config.json names 3 classes, the model has 2: the names are not used"),
            "{said}"
        );
        assert_eq!(gap(vec![placeholders(2), old], 3), None);
    }

    #[test]
    fn other_names_for_the_same_classes() {
        let names = |count: usize| (0..count).map(|index| format!("name {index}")).collect::<Vec<_>>();
        let renamed = Labels::imagenet(1001).unwrap().with_names(names(1001)).unwrap();
        assert_eq!((renamed.outputs(), &*renamed.get(0).name), (1001, "name 1"));
        let renamed = Labels::imagenet(1001).unwrap().with_names(names(1000)).unwrap();
        assert_eq!((renamed.outputs(), &*renamed.get(0).name), (1001, "name 0"));
        assert_eq!(Labels::of_head([], 4).with_names(names(3)), None);
        assert_eq!(Labels::of_head([], 4).with_names(names(4)).unwrap().gap(), None);
    }

    #[test]
    fn other_heads_keep_their_names() {
        let labels = Labels::new(vec!["human".into(), "LD".into(), "SD".into()]);
        assert_eq!((labels.outputs(), &*labels.get(2).name), (3, "SD"));
        assert_eq!(labels.printable(&[0.1, 0.2, 0.3]), [0.1, 0.2, 0.3]);
    }
}
