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
}

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
        matches!(outputs, 1000 | 1001)
            .then(|| Self { classes: IMAGENET.clone(), background: outputs == 1001 })
    }

    /// Numbers for names: what a head of `outputs` without names gets.
    pub fn numbered(outputs: usize) -> Self {
        Self::named((0..outputs).map(|index| format!("class {index}")))
    }

    /// The names of a head's outputs, in order.
    ///
    /// Names that are ImageNet's own, or transformers' placeholders for as many classes, become ImageNet-1k with
    /// its WordNet ids.
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
        Self { classes, background: false }
    }

    fn is_named(&self, names: &[String]) -> bool {
        let placeholder = |(index, name): (usize, &String)| *name == format!("LABEL_{index}");
        let (background, names) = names.split_at(usize::from(self.background));
        let known =
            |(label, name): (&Label, &String)| *label.name == **name || label.wnid.as_deref() == Some(name);
        background.iter().all(|name| name == "background") && self.classes.iter().zip(names).all(known)
            || background.iter().chain(names).enumerate().all(placeholder)
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
        let placeholders = (0..1001).map(|index| format!("LABEL_{index}")).collect();
        assert_eq!(Labels::new(placeholders), imagenet);
    }

    #[test]
    fn other_heads_keep_their_names() {
        let labels = Labels::new(vec!["human".into(), "LD".into(), "SD".into()]);
        assert_eq!((labels.outputs(), &*labels.get(2).name), (3, "SD"));
        assert_eq!(labels.printable(&[0.1, 0.2, 0.3]), [0.1, 0.2, 0.3]);
        assert_eq!(&*Labels::numbered(2).get(1).name, "class 1");
    }
}
