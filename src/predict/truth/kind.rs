//! What labels may be.

use crate::predict::labels::is_wnid;

/// What labels are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TruthKind {
    /// The index of a class, as answers have it: from 0, without a background.
    Index,
    /// The WordNet id of a class.
    Wnid,
    /// A name of a class.
    Name,
    /// Any words: the first class has the first of them in alphabetical order, as torchvision's ImageFolder numbers folders.
    Sorted,
}

impl TruthKind {
    /// All of them, in the order in which they are tried.
    pub const ALL: [Self; 4] = [Self::Index, Self::Wnid, Self::Name, Self::Sorted];

    /// As people call such labels.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Index => "indices",
            Self::Wnid => "WordNet ids",
            Self::Name => "names",
            Self::Sorted => "places in alphabetical order",
        }
    }

    /// Whether a label has the form of this kind.
    pub(super) fn has_form(self, label: &str) -> bool {
        match self {
            Self::Index => !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_digit()),
            Self::Wnid => is_wnid(label),
            Self::Name | Self::Sorted => true,
        }
    }
}
