//! What layers of networks mean, apart from any implementation: activations, padding and the geometry of convolutions.
//!
//! [`models`](crate::models) describes networks with them, [`kernels`](crate::kernels) and backends compute them.

mod activation;
mod geometry;

pub use activation::Activation;
pub use geometry::{Axis, Conv2dGeometry, Padding};
