//! Groups of classes: what `@dog` stands for.

mod coarse;
mod file;
mod find;
mod group;
mod hierarchy;
mod meanings;
mod name_index;
mod of_labels;
mod search;
mod spelling;
mod unknown;

pub use file::{AllGroups, GroupFault, GroupFileError};
pub use group::{Group, GroupKind, Groups, NamedGroup};
pub use hierarchy::{Hierarchy, Synset};
pub(super) use meanings::nearest_group;
pub use unknown::UnknownGroup;
