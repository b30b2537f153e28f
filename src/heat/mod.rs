//! Maps of numbers over pictures: each number becomes a colour, and the picture stays legible below it. Knows nothing of networks.
//!
//! Zero has a colour of its own, black: numbers above it go to yellow, those below it to light blue, so that what speaks against
//! something does not look like what says nothing.

mod colours;
mod field;
mod overlay;
mod scale;

pub use field::Field;
pub use overlay::{Area, Overlay};
pub use scale::Scale;
