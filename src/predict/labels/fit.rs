//! Names held against the outputs of a head.

use super::given::{Given, Names};
use super::head::Labels;
use super::imagenet::Set;
use super::label::Label;

/// The classes with these names; an error says why they are not those of this head.
///
/// Indices are taken as they are, as transformers does, unless they are out of range or count from 1.
pub(super) fn fit(given: &Given, outputs: usize) -> Result<Labels, String> {
    let names = given.names.as_ref().map_err(Clone::clone)?;
    let (Some(first), Some(last)) = (names.keys().next().copied(), names.keys().next_back().copied()) else {
        return Ok(Labels::numbered(outputs));
    };
    if counts_from_one(names, first, last) && last + 1 != outputs {
        let own = outputs.saturating_sub(1);
        return Err(format!("config.json numbers its classes from 1 to {last}, the model from 0 to {own}"));
    }
    // Names of a set, for a head with a background before them.
    let lacks_background = first == 0
        && names.len() + 1 == outputs
        && last + 2 == outputs
        && Set::of_outputs(outputs).is_some_and(|set| set.background);
    if last >= outputs || lacks_background {
        return Err(format!("config.json names {} classes, the model has {outputs}", names.len()));
    }
    let named = names.values().flatten().count();
    let class = |index: usize| names.get(&index).cloned().flatten().unwrap_or_else(|| Label::numbered(index));
    let labels = Labels::new((0..outputs).map(class).collect());
    if named == outputs {
        return Ok(labels);
    }
    Ok(labels
        .with_note(format!("config.json names {named} of its {outputs} classes: the others have numbers")))
}

/// Whether the indices run from 1 to the `last`, but for one in ten at most.
fn counts_from_one(names: &Names, first: usize, last: usize) -> bool {
    first == 1 && last > 1 && names.len() * 10 >= last * 9
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(indices: impl IntoIterator<Item = usize>, outputs: usize) -> Result<(String, String), String> {
        let names = indices.into_iter().map(|index| (index, Some(format!("name {index}").into()))).collect();
        let labels = fit(&Given { field: "id2label", names: Ok(names) }, outputs)?;
        let names: Vec<_> = labels.classes().iter().take(3).map(|label| label.name.to_string()).collect();
        Ok((names.join(", "), labels.unnamed_note().unwrap_or_default()))
    }

    #[test]
    fn indices_in_range_are_taken_as_they_are() {
        let kept = |indices: Vec<usize>, outputs: usize, expected: &str| {
            let named = indices.len();
            let (names, note) = head(indices, outputs).unwrap();
            assert_eq!(names, expected);
            let partly =
                format!("config.json names {named} of its {outputs} classes: the others have numbers");
            assert_eq!(note, if named == outputs { String::new() } else { partly });
        };
        let all = "name 0, name 1, name 2";
        for outputs in [3, 1000, 1001] {
            kept((0..outputs).collect(), outputs, all);
        }
        kept(vec![0], 3, "name 0, class 1, class 2");
        kept(vec![0, 1], 3, "name 0, name 1, class 2");
        kept(vec![1], 3, "class 0, name 1, class 2");
        kept(vec![0, 2], 3, "name 0, class 1, name 2");
        for named in [900, 998, 999] {
            kept((0..named).collect(), 1000, all);
        }
        kept((0..1000).filter(|index| *index != 7).collect(), 1000, all);
        // The first may be a background that the file does not name.
        kept(vec![1, 2], 3, "class 0, name 1, name 2");
        kept((1..1001).collect(), 1001, "class 0, name 1, name 2");
    }

    #[test]
    fn indices_of_another_head_or_from_one_do_not_fit() {
        let fault = |indices: Vec<usize>, outputs: usize| head(indices, outputs).unwrap_err();
        let count = |names: usize, outputs: usize| {
            format!("config.json names {names} classes, the model has {outputs}")
        };
        assert_eq!(fault((0..1001).collect(), 1000), count(1001, 1000));
        assert_eq!(fault(vec![0, 2000], 1000), count(2, 1000));
        assert_eq!(fault((0..1000).collect(), 1001), count(1000, 1001));
        let from_one = |last: usize| {
            format!("config.json numbers its classes from 1 to {last}, the model from 0 to 999")
        };
        assert_eq!(fault((1..1001).collect(), 1000), from_one(1000));
        assert_eq!(fault((1..951).filter(|index| *index != 7).collect(), 1000), from_one(950));
        assert_eq!(fault((1..1001).filter(|index| *index != 7).collect(), 1000), from_one(1000));
    }
}
