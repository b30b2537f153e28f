//! mnet labels images with MobileNet.

pub mod kernels;
pub mod ops;
