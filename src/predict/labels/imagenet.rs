//! The classes of ImageNet and of its larger sets, in the order of the outputs.

use std::sync::{Arc, LazyLock};

use super::label::Label;

/// A set of classes on which networks are trained, recognised by the number of outputs.
pub(super) struct Set {
    pub outputs: usize,
    /// How timm's tags end for weights whose last training was on it.
    pub tag: &'static str,
    /// As people call it.
    pub name: &'static str,
    /// Its classes, if their names are built in.
    pub classes: Option<fn() -> Arc<[Label]>>,
    /// Whether output 0 is a background, which the classes do not include.
    pub background: bool,
}

impl Set {
    const fn new(outputs: usize, tag: &'static str, name: &'static str) -> Self {
        Self { outputs, tag, name, classes: None, background: false }
    }

    const fn named(mut self, classes: fn() -> Arc<[Label]>) -> Self {
        self.classes = Some(classes);
        self
    }

    const fn with_background(mut self) -> Self {
        self.background = true;
        self
    }

    /// The set with this number of outputs.
    pub(super) fn of_outputs(outputs: usize) -> Option<&'static Self> {
        SETS.iter().find(|set| set.outputs == outputs)
    }
}

/// The numbers of outputs that timm 1.0.31 takes for sets of ImageNet (`data/imagenet_info.py`), and TensorFlow's.
static SETS: [Set; 7] = [
    Set::new(1000, "in1k", "ImageNet-1k").named(|| IN1K.clone()),
    Set::new(1001, "in1k", "ImageNet-1k").named(|| IN1K.clone()).with_background(),
    Set::new(11221, "in21k", "MIIL's version of ImageNet-21k").named(|| MIIL.clone()),
    Set::new(11821, "in12k", "ImageNet-12k").named(|| IN12K.clone()),
    Set::new(21841, "in22k", "ImageNet-22k"),
    Set::new(21842, "in22k", "Microsoft's version of ImageNet-22k"),
    Set::new(21843, "in21k", "Google's version of ImageNet-21k"),
];

const IN12K_FILE: &str = include_str!("../../../assets/labels/imagenet-12k.txt");

static IN1K: LazyLock<Arc<[Label]>> =
    LazyLock::new(|| include_str!("../../../assets/labels/imagenet-1k.txt").lines().map(label).collect());

static IN12K: LazyLock<Arc<[Label]>> = LazyLock::new(|| IN12K_FILE.lines().map(label).collect());

static MIIL: LazyLock<Arc<[Label]>> =
    LazyLock::new(|| IN12K_FILE.lines().filter(|line| !line.ends_with("\t12k")).map(label).collect());

/// A line of the built-in lists: WordNet id, tab, names.
fn label(line: &str) -> Label {
    let mut fields = line.split('\t');
    let mut field = || fields.next().unwrap_or_default();
    Label { wnid: Some(field().into()), name: field().into() }
}

/// The class with this WordNet id, if it is of ImageNet-1k or -12k.
pub(super) fn by_wnid(wnid: &str) -> Option<Label> {
    is_wnid(wnid).then_some(())?;
    [&IN1K, &IN12K].into_iter().find_map(|set| {
        let index = set.binary_search_by(|label| label.wnid.as_deref().cmp(&Some(wnid))).ok()?;
        Some(set[index].clone())
    })
}

/// Whether the word has the form of a WordNet id: `n01440764`.
pub(in crate::predict) fn is_wnid(word: &str) -> bool {
    word.strip_prefix('n')
        .is_some_and(|digits| digits.len() == 8 && digits.bytes().all(|c| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_set_is_whole_and_in_the_order_of_the_ids() {
        for set in &SETS {
            let Some(classes) = set.classes.map(|classes| classes()) else { continue };
            assert_eq!(classes.len() + usize::from(set.background), set.outputs, "{}", set.name);
            assert!(classes.is_sorted_by(|a, b| a.wnid < b.wnid), "{}", set.name);
            assert!(
                classes.iter().all(|label| is_wnid(label.wnid.as_ref().unwrap()) && !label.name.is_empty())
            );
        }
    }

    /// Places in timm 1.0.31's `ImageNetInfo("imagenet-12k")` and `ImageNetInfo("imagenet-21k-miil")`.
    #[test]
    fn classes_have_their_places_in_the_larger_sets() {
        let at = |outputs, index: usize| {
            let label = Set::of_outputs(outputs).unwrap().classes.unwrap()()[index].clone();
            format!("{} {}", label.wnid.unwrap(), label.name)
        };
        assert_eq!(at(11821, 0), "n00005787 benthos");
        assert_eq!(at(11821, 9000), "n09838621 bantamweight");
        assert_eq!(at(11221, 2000), "n02389559 domestic ass, donkey, Equus asinus");
        assert_eq!(at(11221, 11220), "n15102894 knothole");
    }

    #[test]
    fn ids_are_looked_up() {
        assert_eq!(&*by_wnid("n02099601").unwrap().name, "golden retriever");
        assert_eq!(&*by_wnid("n00005787").unwrap().name, "benthos");
        assert_eq!(by_wnid("n99999999"), None);
        assert_eq!(by_wnid("tench"), None);
    }
}
