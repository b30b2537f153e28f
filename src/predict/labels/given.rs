//! The names that a configuration gives, held against the outputs of the head.

use std::collections::BTreeMap;

use super::head::Labels;
use super::imagenet::Set;
use super::label::Label;

/// What one place of a configuration says of the names of the classes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::predict) enum Given {
    /// Names by index; a class that is listed may lack one.
    Names(BTreeMap<usize, Option<Label>>),
    /// Something that is not names: a clause that says what.
    Wrong(String),
}

impl Labels {
    /// The classes of a classifier with `outputs` outputs: the first of `given` that names them all, else the first
    /// that names some. Names that do not fit are never replaced by others: the classes have numbers.
    ///
    /// If nothing is given, the number of outputs decides whether they are those of ImageNet. `tag` is timm's for the
    /// weights, which may say so too.
    pub(in crate::predict) fn of_head(
        given: impl IntoIterator<Item = Given>,
        outputs: usize,
        tag: Option<&str>,
    ) -> Self {
        let says_something = |given: &Given| !matches!(given, Given::Names(names) if are_placeholders(names));
        let fitted: Vec<_> =
            given.into_iter().filter(says_something).map(|given| fit(given, outputs)).collect();
        let whole = fitted.iter().flatten().find(|labels| labels.unnamed_note().is_none());
        if let Some(labels) = whole.or_else(|| fitted.iter().flatten().next()) {
            return labels.clone();
        }
        match fitted.into_iter().next() {
            Some(Err(wrong)) => Self::numbered(outputs).with_note(format!("{wrong}: the names are not used")),
            _ => nameless(outputs, tag),
        }
    }
}

/// The classes of a head that no file names.
fn nameless(outputs: usize, tag: Option<&str>) -> Labels {
    let Some(set) = Set::of_outputs(outputs) else {
        return Labels::numbered(outputs).with_note(format!("its {outputs} classes have no names"));
    };
    let name = set.name;
    let Some(labels) = Labels::of_set(set) else {
        let note = format!("its {outputs} classes (as many as in {name}) have no names");
        return Labels::numbered(outputs).with_note(note);
    };
    if tag.and_then(|tag| tag.rsplit('_').next()) == Some(set.tag) {
        return labels;
    }
    let assumed = if set.background { format!("a background and {name}") } else { name.to_owned() };
    labels.with_note(format!("its {outputs} classes have no names: those of {assumed} are assumed"))
}

/// Whether there are no names, or only the placeholders of transformers (`LABEL_0`, …).
pub(in crate::predict) fn are_placeholders(names: &BTreeMap<usize, Option<Label>>) -> bool {
    let is_placeholder = |(index, label): (&usize, &Option<Label>)| {
        label.as_ref().is_none_or(|label| *label.name == format!("LABEL_{index}"))
    };
    names.iter().all(is_placeholder)
}

/// The classes with these names; an error says why they are not those of this head.
fn fit(given: Given, outputs: usize) -> Result<Labels, String> {
    let mut names = match given {
        Given::Names(names) => names,
        Given::Wrong(wrong) => return Err(wrong),
    };
    let (first, last) = (names.keys().next().copied(), names.keys().next_back().copied());
    let (first, last) = first.zip(last).unwrap_or_default();
    // Numbers without a gap may be those of another head; a gap shows that they are meant as they are.
    let without_gap = last + 1 - first == names.len();
    if first == 0 && without_gap && last == outputs && names[&0].as_ref().is_some_and(Label::is_background) {
        let classes: Option<Vec<_>> = names.into_values().skip(1).collect();
        let classes = classes.ok_or_else(|| other_count(outputs + 1, outputs))?;
        let note =
            format!("config.json's first name, a background, is left out: the model has {outputs} outputs");
        return Ok(Labels::new(classes).with_note(note));
    }
    if first == 1 && without_gap && last + 1 != outputs {
        let own = outputs.saturating_sub(1);
        return Err(format!("config.json numbers its classes from 1 to {last}, the model from 0 to {own}"));
    }
    // If one name is missing and nothing says which, it may as well be the first.
    if last >= outputs || first == 0 && without_gap && last + 2 == outputs {
        return Err(other_count(names.len(), outputs));
    }
    let named = names.values().flatten().count();
    let class = |index: usize| names.remove(&index).flatten().unwrap_or_else(|| Label::numbered(index));
    let labels = Labels::new((0..outputs).map(class).collect());
    if named == outputs {
        return Ok(labels);
    }
    Ok(labels
        .with_note(format!("config.json names {named} of its {outputs} classes: the others have numbers")))
}

/// `config.json names 3 classes, the model has 2`
fn other_count(names: usize, outputs: usize) -> String {
    format!("config.json names {names} classes, the model has {outputs}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[(usize, &str)]) -> Given {
        let label = |name: &str| (!name.is_empty()).then(|| name.into());
        Given::Names(names.iter().map(|(index, name)| (*index, label(name))).collect())
    }

    /// `name 0`, … for these indices.
    fn run(indices: std::ops::Range<usize>) -> Given {
        Given::Names(indices.map(|index| (index, Some(format!("name {index}").into()))).collect())
    }

    fn head(given: &[Given], outputs: usize) -> (Vec<String>, String) {
        let labels = Labels::of_head(given.to_vec(), outputs, None);
        let first = labels.classes().iter().take(3).map(|label| label.name.to_string()).collect();
        (first, labels.unnamed_note().unwrap_or_default())
    }

    #[test]
    fn names_that_fit_need_no_note() {
        for outputs in [3, 1000, 1001] {
            let (first, note) = head(&[run(0..outputs)], outputs);
            assert_eq!(
                (first, note.as_str()),
                (["name 0", "name 1", "name 2"].map(str::to_owned).into(), "")
            );
        }
        // Those of the head before this one are passed over.
        assert_eq!(head(&[run(0..5), run(0..3)], 3).1, "");
    }

    #[test]
    fn partly_named_heads_keep_their_names() {
        let (first, note) = head(&[names(&[(0, "a"), (2, "c")])], 3);
        assert_eq!(first, ["a", "class 1", "c"]);
        assert_eq!(note, "config.json names 2 of its 3 classes: the others have numbers");
        // Listed without a name.
        assert_eq!(head(&[names(&[(0, "a"), (1, "b"), (2, "")])], 3).0, ["a", "b", "class 2"]);
        let (first, note) = head(&[run(0..900)], 1000);
        assert_eq!(first[0], "name 0");
        assert_eq!(note, "config.json names 900 of its 1000 classes: the others have numbers");
        // The first may be a background that the file does not name.
        assert_eq!(head(&[run(1..1001)], 1001).0, ["class 0", "name 1", "name 2"]);
    }

    #[test]
    fn names_that_do_not_fit_are_never_replaced_by_imagenets() {
        let wrong = |given: Given, outputs: usize, reason: &str| {
            let (first, note) = head(&[given], outputs);
            assert_eq!(first, ["class 0", "class 1", "class 2"], "{reason}");
            assert_eq!(note, format!("{reason}: the names are not used"));
        };
        wrong(run(0..1001), 1000, "config.json names 1001 classes, the model has 1000");
        wrong(run(0..999), 1000, "config.json names 999 classes, the model has 1000");
        wrong(run(0..1000), 1001, "config.json names 1000 classes, the model has 1001");
        wrong(run(1..1001), 1000, "config.json numbers its classes from 1 to 1000, the model from 0 to 999");
        wrong(run(1..901), 1000, "config.json numbers its classes from 1 to 900, the model from 0 to 999");
        wrong(names(&[(0, "a"), (2000, "b")]), 1000, "config.json names 2 classes, the model has 1000");
        wrong(Given::Wrong("it is a poem".into()), 1000, "it is a poem");
    }

    #[test]
    fn a_background_that_the_head_lacks_is_left_out() {
        let (first, note) = head(&[names(&[(0, "background"), (1, "a"), (2, "b")])], 2);
        assert_eq!(first, ["a", "b"]);
        assert_eq!(note, "config.json's first name, a background, is left out: the model has 2 outputs");
    }

    #[test]
    fn heads_that_no_file_names() {
        let placeholders = Given::Names((0..1001).map(|i| (i, Some(format!("LABEL_{i}").into()))).collect());
        for given in [vec![], vec![placeholders], vec![names(&[(0, ""), (1, "")])]] {
            let (first, note) = head(&given, 1001);
            assert_eq!(first[0], "tench, Tinca tinca");
            assert_eq!(
                note,
                "its 1001 classes have no names: those of a background and ImageNet-1k are assumed"
            );
        }
        assert_eq!(
            head(&[], 2),
            (vec!["class 0".into(), "class 1".into()], "its 2 classes have no names".into())
        );
        let (first, note) = head(&[], 11221);
        assert_eq!(first[0], "benthos");
        assert_eq!(
            note,
            "its 11221 classes have no names: those of MIIL's version of ImageNet-21k are assumed"
        );
        let (first, note) = head(&[], 21841);
        assert_eq!(first[0], "class 0");
        assert_eq!(note, "its 21841 classes (as many as in ImageNet-22k) have no names");
    }

    #[test]
    fn timms_tag_says_what_the_classes_are() {
        let is_said = |outputs, tag| Labels::of_head([], outputs, Some(tag)).unnamed_note().is_none();
        assert!(is_said(1000, "in1k") && is_said(1000, "e250_r384_in12k_ft_in1k"));
        assert!(is_said(11821, "e250_r384_in12k") && is_said(11221, "miil_in21k"));
        // Weights of 12k, with a head for a thousand classes of somebody's own.
        assert!(!is_said(1000, "e250_r384_in12k") && !is_said(1000, ""));
    }
}
