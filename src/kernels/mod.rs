//! CPU kernels on plain `f32` slices: no tensors, no threads, no I/O.
//!
//! Names of sizes: `h`, `w` rows and columns of a plane, `k` taps along one axis of a filter, `c` channels.
//! Each kernel has a naive twin in [`reference`](mod@reference) that says what the operation means.

mod activation;
pub mod depthwise;
mod geometry;
pub mod reference;

pub use activation::Activation;
pub use geometry::{Axis, Conv2dGeometry, Padding};
