//! What layers of networks mean, apart from any implementation: activations, padding and the geometry of convolutions.
//!
//! `models` describes networks with them; `kernels` and the backends compute them.

mod activation;
mod geometry;

pub use activation::Activation;
pub use geometry::{Axis, Conv2dGeometry, Padding};
