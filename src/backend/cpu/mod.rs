//! Networks on our own kernels.

mod executor;
mod layer_timers;
mod lower;
pub mod ops;
mod threads;

pub(super) use executor::Body;
