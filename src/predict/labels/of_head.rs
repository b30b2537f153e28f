//! The names that a configuration gives, of which one place's are used.

use super::fit::fit;
use super::given::Given;
use super::head::Labels;
use super::imagenet::Set;
use crate::words::and_list;

impl Labels {
    /// The classes of a classifier with `outputs` outputs: the first of `given` that names them all, else the first
    /// that names some. One that names some is not passed over for another that contradicts it, and a contradiction
    /// is said. Names that do not fit are never replaced by others: the classes have numbers.
    ///
    /// If nothing is given, the number of outputs decides whether they are those of ImageNet. `tag` is timm's for the
    /// weights, which may say so too.
    pub(in crate::predict) fn of_head(
        given: impl IntoIterator<Item = Given>,
        outputs: usize,
        tag: Option<&str>,
    ) -> Self {
        let given: Vec<_> = given.into_iter().filter(|given| !given.says_nothing()).collect();
        let fitted: Vec<_> = given.iter().map(|given| (given, fit(given, outputs))).collect();
        let fits = || fitted.iter().filter_map(|(given, labels)| Some((*given, labels.as_ref().ok()?)));
        let Some(first) = fits().next() else {
            return match fitted.into_iter().next() {
                Some((_, Err(wrong))) => {
                    Self::numbered(outputs).with_note(format!("{wrong}: the names are not used"))
                }
                _ => nameless(outputs, tag),
            };
        };
        let is_whole = |(given, labels): &(&Given, &Self)| {
            labels.unnamed_note().is_none() && !given.contradicts(first.0)
        };
        let (used, labels) = fits().find(is_whole).unwrap_or(first);
        let others: Vec<_> = given
            .iter()
            .filter(|other| other.contradicts(used))
            .map(|other| other.field.to_owned())
            .collect();
        if others.is_empty() {
            return labels.clone();
        }
        let verb = if others.len() == 1 { "contradicts" } else { "contradict" };
        labels.clone().with_more(format!(
            "config.json's {} {verb} its {}, which is used",
            and_list(others),
            used.field
        ))
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
    // timm has no heads with a background.
    if !set.background && tag.and_then(|tag| tag.rsplit('_').next()) == Some(set.tag) {
        return labels;
    }
    let assumed = if set.background { format!("a background and {name}") } else { name.to_owned() };
    labels.with_note(format!("its {outputs} classes have no names: those of {assumed} are assumed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(field: &'static str, names: &[&str]) -> Given {
        let label = |name: &&str| (!name.is_empty()).then(|| (*name).into());
        Given { field, names: Ok(names.iter().map(label).enumerate().collect()) }
    }

    fn head(given: &[Given], outputs: usize) -> (Vec<String>, String) {
        let labels = Labels::of_head(given.to_vec(), outputs, None);
        let first = labels.classes().iter().take(3).map(|label| label.name.to_string()).collect();
        (first, labels.unnamed_note().unwrap_or_default())
    }

    fn is(given: &[Given], expected: [&str; 3], note: &str) {
        let expected = expected.map(str::to_owned).into();
        assert_eq!(head(given, 3), (expected, note.to_owned()), "{given:?}");
    }

    #[test]
    fn the_first_that_names_all_is_used() {
        let (abc, abcd) = (["a", "b", "c"], ["a", "b", "c", "d"]);
        is(&[names("id2label", &abc)], abc, "");
        // Those of the head before this one are passed over.
        is(&[names("label_names", &abcd), names("id2label", &abc)], abc, "");
        is(&[names("id2label", &["a", "", "c"]), names("label2id", &abc)], abc, "");
    }

    #[test]
    fn contradictions_are_said() {
        let (abc, xyz) = (["a", "b", "c"], ["x", "y", "z"]);
        let (id2label, label2id) = (names("id2label", &abc), names("label2id", &xyz));
        let note = "config.json's label2id contradicts its id2label, which is used";
        is(&[id2label.clone(), label2id.clone()], abc, note);
        is(
            &[label2id.clone(), id2label.clone()],
            xyz,
            "config.json's id2label contradicts its label2id, which is used",
        );
        is(
            &[names("id2label", &["a", "b", "c", "d"]), label2id.clone()],
            xyz,
            "config.json's id2label contradicts its label2id, which is used",
        );
        is(
            &[names("id2label", &["a", "", "c"]), label2id.clone()],
            ["a", "class 1", "c"],
            &format!("config.json names 2 of its 3 classes: the others have numbers; {note}"),
        );
        is(
            &[id2label, label2id.clone(), Given { field: "label_names", ..label2id }],
            abc,
            "config.json's label2id and label_names contradict its id2label, which is used",
        );
    }

    #[test]
    fn names_that_do_not_fit_are_never_replaced_by_imagenets() {
        let (first, note) = head(&[Given { field: "id2label", names: Err("it is a poem".into()) }], 1000);
        assert_eq!(first, ["class 0", "class 1", "class 2"]);
        assert_eq!(note, "it is a poem: the names are not used");
        // A background does not shift the others.
        let (first, note) = head(&[names("id2label", &["background", "a", "b"])], 2);
        assert_eq!(first, ["class 0", "class 1"]);
        assert_eq!(note, "config.json names 3 classes, the model has 2: the names are not used");
    }

    #[test]
    fn heads_that_no_file_names() {
        let placeholders = (0..1001).map(|i| (i, Some(format!("LABEL_{i}").into()))).collect();
        let placeholders = Given { field: "id2label", names: Ok(placeholders) };
        for given in [vec![], vec![placeholders], vec![names("id2label", &["", ""])]] {
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
        // timm has no heads of 1001 outputs.
        assert!(!is_said(1001, "lamb_in1k"));
        // Weights of 12k, with a head for a thousand classes of somebody's own.
        assert!(!is_said(1000, "e250_r384_in12k") && !is_said(1000, ""));
    }
}
