//! What no file of a checkpoint says, and was assumed.

/// One thing that was assumed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assumption {
    /// What it is about, which decides what would settle it.
    pub about: Subject,
    /// A clause for people: "its 3 classes have no names".
    pub clause: String,
}

/// What an assumption is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// What of the files is used, and how; no file could say otherwise.
    Choice,
    /// The network, as far as tensors do not show it.
    Network,
    /// How pictures become its input.
    Preprocessing,
    /// The names of its classes.
    Names,
}

impl Subject {
    /// An assumption about it.
    pub(super) fn assumed(self, clause: impl Into<String>) -> Assumption {
        Assumption { about: self, clause: clause.into() }
    }
}
