//! The classes of one classifier.

use std::sync::Arc;

use super::imagenet::{Set, by_wnid};
use super::label::Label;

/// The classes of one classifier, and which of its outputs they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labels {
    classes: Arc<[Label]>,
    /// Whether output 0 is TensorFlow's background class, which is never reported.
    background: bool,
    /// What a user should know of the names: a clause.
    note: Option<String>,
}

impl Labels {
    /// ImageNet-1k for 1000 outputs, or for 1001 with the background first.
    pub fn imagenet(outputs: usize) -> Option<Self> {
        Set::of_outputs(outputs).filter(|set| set.tag == "in1k").and_then(Self::of_set)
    }

    /// The classes of a set, if their names are built in.
    pub(super) fn of_set(set: &Set) -> Option<Self> {
        Some(Self { classes: set.classes?(), background: set.background, note: None })
    }

    /// The classes with these names, one for each output. The names of ImageNet-1k, and WordNet ids that are known,
    /// become classes with both.
    pub fn new(classes: Vec<Label>) -> Self {
        if let Some(imagenet) = Self::imagenet(classes.len())
            && imagenet.is_named(&classes)
        {
            return imagenet;
        }
        let known = classes.into_iter().map(|label| by_wnid(&label.name).unwrap_or(label));
        Self { classes: known.collect(), background: false, note: None }
    }

    /// A head that has groups in place of classes, with these names.
    pub(in crate::predict) fn of_groups(groups: Vec<Label>) -> Self {
        Self { classes: groups.into(), background: false, note: None }
    }

    /// Classes with numbers.
    pub(super) fn numbered(outputs: usize) -> Self {
        Self { classes: (0..outputs).map(Label::numbered).collect(), background: false, note: None }
    }

    /// The same, with a clause for the user.
    pub(in crate::predict) fn with_note(self, note: impl Into<String>) -> Self {
        Self { note: Some(note.into()), ..self }
    }

    /// The same, with one more clause for the user.
    pub(in crate::predict) fn with_more(self, clause: impl Into<String>) -> Self {
        let clauses = self.note.clone().into_iter().chain([clause.into()]).collect::<Vec<_>>();
        self.with_note(clauses.join("; "))
    }

    /// These classes with other names; `None` if the number differs. The names may include a background.
    pub(in crate::predict) fn with_names(&self, mut names: Vec<Label>) -> Option<Self> {
        let background_first = names.first().is_some_and(Label::is_background);
        // Where it is only assumed that output 0 is a background, names for all outputs say what it is.
        let background =
            self.background && (names.len() == self.classes.len() || background_first || self.note.is_none());
        let classes = self.outputs() - usize::from(background);
        if names.len() == classes + 1 && (background || background_first) {
            names.remove(0);
        }
        (names.len() == classes).then(|| Self { background, ..Self::new(names) })
    }

    /// What a user should know of the names, if they are assumed, incomplete or missing: a clause.
    pub fn unnamed_note(&self) -> Option<String> {
        self.note.clone()
    }

    fn is_named(&self, names: &[Label]) -> bool {
        let (background, names) = names.split_at(usize::from(self.background));
        let known = |(label, given): (&Label, &Label)| {
            label.name == given.name || label.wnid.as_ref() == given.wnid.as_ref().or(Some(&given.name))
        };
        background.iter().all(Label::is_background) && self.classes.iter().zip(names).all(known)
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
    pub fn classes(&self) -> &[Label] {
        &self.classes
    }

    /// The class at `index` of [`without_background`](Self::without_background).
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
        // "crane" is a bird and a machine, so a name is not unique.
        assert_eq!(labels.get(134).name, labels.get(517).name);
        assert!(Labels::imagenet(999).is_none() && Labels::imagenet(11821).is_none());
    }

    #[test]
    fn names_of_imagenet_get_their_ids() {
        let imagenet = Labels::imagenet(1001).unwrap();
        let mut names: Vec<Label> =
            imagenet.classes.iter().map(|label| Label { wnid: None, ..label.clone() }).collect();
        assert_eq!(Labels::new(names.clone()), Labels::imagenet(1000).unwrap());
        names.insert(0, "background".into());
        assert_eq!(Labels::new(names.clone()), imagenet);
        names[5] = "goldfish with a hat".into();
        assert_eq!(Labels::new(names).get(5).wnid, None);
    }

    #[test]
    fn ids_that_are_known_get_their_names() {
        let named = |ids: [&str; 2]| Labels::new(ids.map(Label::from).into()).classes.to_vec();
        let names = |labels: Vec<Label>| labels.into_iter().map(|label| label.name).collect::<Vec<_>>();
        assert_eq!(named(["n02099601", "n00005787"])[1].wnid.as_deref(), Some("n00005787"));
        assert_eq!(names(named(["n02099601", "n00005787"])), ["golden retriever".into(), "benthos".into()]);
        assert_eq!(names(named(["n02099601", "unknown"])), ["golden retriever".into(), "unknown".into()]);
    }

    fn names(count: usize) -> Vec<Label> {
        (0..count).map(|index| format!("name {index}").into()).collect()
    }

    #[test]
    fn classes_can_be_renamed() {
        let imagenet = Labels::imagenet(1001).unwrap();
        let first =
            |labels: &Labels| (labels.outputs(), labels.classes.len(), labels.get(0).name.to_string());
        let renamed =
            |labels: &Labels, names: Vec<Label>| labels.with_names(names).map(|labels| first(&labels));
        assert_eq!(renamed(&imagenet, names(1001)), Some((1001, 1000, "name 1".into())));
        assert_eq!(renamed(&imagenet, names(1000)), Some((1001, 1000, "name 0".into())));
        assert_eq!(renamed(&imagenet, names(999)), None);
        let four = Labels::numbered(4).with_note("its 4 classes have no names");
        assert_eq!(renamed(&four, names(3)), None);
        assert_eq!(four.with_names(names(4)).unwrap().unnamed_note(), None);
    }

    #[test]
    fn a_background_is_left_out_where_it_is_one() {
        let with_first = |first: &str, count: usize| [vec![first.into()], names(count)].concat();
        let renamed = |labels: &Labels, names| {
            let labels = labels.with_names(names)?;
            Some((labels.outputs(), labels.get(0).name.to_string()))
        };
        let four = Labels::numbered(4);
        assert_eq!(renamed(&four, with_first("background", 4)), Some((4, "name 0".into())));
        assert_eq!(renamed(&four, with_first("__background__", 4)), Some((4, "name 0".into())));
        assert_eq!(renamed(&four, with_first("cat", 4)), None);
        // Nothing but the number of outputs says that the first is a background.
        let assumed = Labels::imagenet(1001).unwrap().with_note("assumed");
        assert_eq!(renamed(&assumed, with_first("dummy", 1000)), Some((1001, "name 0".into())));
        assert_eq!(assumed.with_names(names(1000)).unwrap().classes.len(), 1000);
        assert_eq!(assumed.with_names(names(1001)).unwrap().classes.len(), 1001);
    }

    #[test]
    fn other_names_are_kept() {
        let labels = Labels::new(["human", "LD", "SD"].map(Label::from).into());
        assert_eq!((labels.outputs(), &*labels.get(2).name), (3, "SD"));
        assert_eq!(labels.without_background(&[0.1, 0.2, 0.3]), [0.1, 0.2, 0.3]);
    }
}
