//! Groups of classes: what `@dog` stands for.

mod coarse;
mod group;
mod hierarchy;
mod of_labels;
mod spelling;
mod unknown;

pub use group::{Group, Groups};
pub use hierarchy::{Hierarchy, Synset};
pub use unknown::{UnknownGroup, UnknownReason};
