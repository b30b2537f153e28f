//! Groups of classes: what `@dog` stands for.

mod coarse;
mod file;
mod group;
mod hierarchy;
mod of_labels;
mod spelling;
mod unknown;

pub use file::{GroupFault, GroupFileError, NamedGroups};
pub use group::{Group, Groups};
pub use hierarchy::{Hierarchy, Synset};
pub use unknown::{UnknownGroup, UnknownReason};
