//! mnet labels images with MobileNet.

pub mod weights;
