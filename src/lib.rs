//! mnet labels images with MobileNet.

pub mod kernels;
pub mod models;
pub mod ops;
pub mod pixels;
pub mod record;
pub mod sink;
pub mod weights;
