//! The layers of a network as rows: what each is and costs, and how long it takes.
//!
//! `mnet inspect` and `mnet bench --profile` print them.

mod layer;
mod order;
mod times;

pub(super) use layer::{Layer, Operation, layers};
pub(super) use times::times;
