//! mnet labels images with MobileNet.

pub mod hub;
pub mod kernels;
pub mod models;
pub mod ops;
pub mod weights;
