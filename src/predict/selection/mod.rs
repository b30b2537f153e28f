//! What the user asked for to the source of one checkpoint.

mod address;
mod error;
mod select;
mod single;
mod source;

pub use error::{Alternative, SelectionError};
pub use select::{Request, select};
pub use source::Source;
