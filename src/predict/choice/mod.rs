//! Which of a picture's scores are reported: which classes, by themselves or in groups, and how many.

mod classes;
mod coarse;
mod pick;

pub use classes::{AskedGroup, Classes};
pub use coarse::{CoarseLevel, NotOfLevel, Overlap};
pub(super) use pick::{Limits, Picked};
