//! Networks on our own kernels: `lower` makes operations of layers at load, `executor` runs them.

mod executor;
mod layer_timers;
mod lower;
mod lower_block;
pub mod ops;
mod positions;
mod program;
mod threads;

pub(super) use executor::CpuNetwork;
pub use executor::LayerTimes;
