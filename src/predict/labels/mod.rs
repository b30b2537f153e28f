//! Names of classes.

mod given;
mod head;
mod imagenet;
mod label;

pub(super) use given::{Given, are_placeholders};
pub use head::Labels;
pub(super) use imagenet::is_wnid;
pub use label::Label;
