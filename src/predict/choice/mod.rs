//! What of a picture's scores is reported: which classes, as themselves or in groups, and how many.

mod classes;
mod coarse;
mod pick;

pub use classes::{AskedGroup, Classes};
pub use coarse::{CoarseLevel, NotOfLevel, Overlap};
pub(super) use pick::{Limits, Picked};
