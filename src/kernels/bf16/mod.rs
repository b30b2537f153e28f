//! The kernels of bf16: pairs of channels are multiplied, sums are `f32` and are rounded once, after their activation.
//!
//! | | |
//! |---|---|
//! | [`pairs`] | what a vector of sums has to read and write |
//! | [`tile`] | what multiplies: a tile of positions by a panel of weights, [`Multiplier`] for each instruction set |
//! | [`epilogue`] | sums to a map: bias, activation, shortcut, rounding |
//! | [`products`] | pointwise and 3 x 3 convolutions over those two |
//! | [`even_odd`] | the vector of a depthwise convolution |
//! | [`vector`] | the product with a single position |
//! | [`pool`] | means and factors of channels |
//! | [`mod@stem`] | a row of `f32` sums to a row of a map |

mod epilogue;
mod even_odd;
mod pairs;
mod pool;
mod products;
mod stem;
mod tile;
mod vector;

pub(super) use even_odd::EvenOdd;
pub(super) use pairs::Pairs;
pub(super) use pool::{mean, scale};
pub(super) use products::{conv2d, pointwise};
pub(super) use stem::{staged, stem};
pub(super) use tile::{Multiplier, PANELS, Tile};
pub(super) use vector::run_vector;
