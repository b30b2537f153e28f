//! One class.

use std::sync::Arc;

/// One class, with its name for people and its id for scripts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// WordNet id, for classes of ImageNet.
    pub wnid: Option<Arc<str>>,
    /// For people: `Egyptian cat`, or `class 285` where no name is known.
    pub name: Arc<str>,
}

impl Label {
    /// A class that has a number in place of a name.
    pub(super) fn numbered(index: usize) -> Self {
        format!("class {index}").into()
    }

    /// Whether both are one class, by name or by id; an id may stand in place of the name.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let id = |label: &Self| label.wnid.clone().unwrap_or_else(|| label.name.clone());
        self.name == other.name || id(self) == id(other)
    }

    /// Whether it is the class of TensorFlow's classifiers that stands for none of the others.
    pub(super) fn is_background(&self) -> bool {
        ["background", "dummy"].contains(&&*self.name.trim_matches('_').to_lowercase())
    }
}

impl From<String> for Label {
    fn from(name: String) -> Self {
        Self { wnid: None, name: name.into() }
    }
}

impl From<&str> for Label {
    fn from(name: &str) -> Self {
        name.to_owned().into()
    }
}
