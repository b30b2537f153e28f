//! Heat maps over pictures: each number becomes a colour, and the picture stays legible below it. This module knows
//! nothing of networks.
//!
//! Zero is black. Positive numbers go to yellow and negative ones to light blue, so that a value against something does
//! not look like a neutral one.

mod colours;
mod field;
mod overlay;
mod scale;

pub use field::Field;
pub use overlay::{Area, Overlay};
pub use scale::Scale;
