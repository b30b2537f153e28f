//! What one place of a configuration says of the names of the classes.

use std::collections::BTreeMap;

use super::label::Label;

/// Names by index; a class that is listed may lack one.
pub(in crate::predict) type Names = BTreeMap<usize, Option<Label>>;

/// What one place of a configuration says of the names of the classes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::predict) struct Given {
    /// The key of the configuration.
    pub field: &'static str,
    /// The names, or a clause that says what is there in their place.
    pub names: Result<Names, String>,
}

impl Given {
    /// Whether there are no names, or only the placeholders of transformers (`LABEL_0`, …).
    pub(super) fn says_nothing(&self) -> bool {
        let is_placeholder = |(index, label): (&usize, &Option<Label>)| {
            label.as_ref().is_none_or(|label| *label.name == format!("LABEL_{index}"))
        };
        self.names.as_ref().is_ok_and(|names| names.iter().all(is_placeholder))
    }

    /// Whether both name a class, and not alike.
    pub(super) fn contradicts(&self, other: &Self) -> bool {
        let (Ok(names), Ok(others)) = (&self.names, &other.names) else { return false };
        let is_other = |(index, name): (&usize, &Option<Label>)| {
            let pair = name.as_ref().zip(others.get(index).and_then(Option::as_ref));
            pair.is_some_and(|(name, other)| !name.is_same(other))
        };
        names.iter().any(is_other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_and_its_text_are_one_name() {
        let text = |id: &str| Some(Label { wnid: Some(id.into()), name: "a fish".into() });
        let texts = Given { field: "label_names", names: Ok([(0, text("n01440764"))].into()) };
        let id = |id: &str| Given { field: "id2label", names: Ok([(0, Some(id.into()))].into()) };
        assert!(!texts.contradicts(&id("n01440764")));
        assert!(texts.contradicts(&id("n01443537")));
    }
}
