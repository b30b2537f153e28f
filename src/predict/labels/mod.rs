//! Names of classes.

mod fit;
mod given;
mod head;
mod imagenet;
mod label;
mod of_head;

pub(super) use given::{Given, Names};
pub use head::Labels;
pub(super) use imagenet::is_wnid;
pub use label::Label;
