//! Names with their indices.

use std::collections::BTreeMap;

use crate::predict::labels::Label;

/// The names in the order of the outputs, or what is wrong with them, as a clause.
pub(super) type Names = Result<Vec<Label>, String>;

/// The names in the order of their indices, which must be 0, 1, 2, … without a gap.
pub(super) fn in_order(entries: impl IntoIterator<Item = (usize, Label)>) -> Names {
    let mut names = BTreeMap::new();
    for (index, label) in entries {
        if let Some(other) = names.insert(index, label) {
            return Err(format!("two names for class {index}: {} and {}", other.name, names[&index].name));
        }
    }
    let Some(&last) = names.keys().next_back() else {
        return Ok(vec![]);
    };
    if last == names.len() && !names.contains_key(&0) {
        return Err(format!("its classes are numbered from 1 to {last}; the model's are numbered from 0"));
    }
    match (0..names.len()).find(|index| !names.contains_key(index)) {
        Some(missing) => Err(format!("no name for class {missing}, but one for class {last}")),
        None => Ok(names.into_values().collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ordered(entries: &[(usize, &str)]) -> Result<Vec<String>, String> {
        let names = in_order(entries.iter().map(|(index, name)| (*index, Label::from(*name))))?;
        Ok(names.into_iter().map(|label| label.name.to_string()).collect())
    }

    #[test]
    fn indices_decide() {
        assert_eq!(ordered(&[(1, "b"), (0, "a")]), Ok(vec!["a".into(), "b".into()]));
        assert_eq!(ordered(&[]), Ok(vec![]));
        assert_eq!(ordered(&[(0, "a"), (2, "c")]), Err("no name for class 1, but one for class 2".into()));
        assert_eq!(ordered(&[(0, "a"), (0, "b")]), Err("two names for class 0: a and b".into()));
        let from_one = "its classes are numbered from 1 to 2; the model's are numbered from 0";
        assert_eq!(ordered(&[(1, "a"), (2, "b")]), Err(from_one.into()));
        assert_eq!(ordered(&[(1, "a")]), Err(from_one.replace("to 2", "to 1")));
    }
}
