//! The bf16 kernels: they multiply pairs of channels; sums are `f32` and are rounded once, after their activation.
//!
//! | | |
//! |---|---|
//! | [`pairs`] | how a vector of sums is read from bf16 and written to it |
//! | [`tile`] | a tile of positions times a panel of weights, which a [`Multiplier`] for each instruction set computes |
//! | [`activate`] | activations of vectors |
//! | [`epilogue`] | from sums to a feature map: bias, activation, shortcut, rounding |
//! | [`pending`] | the sums of the last tile, whose epilogue runs beside the products of the next one |
//! | [`product`] | some positions times one panel: tile after tile, each with the epilogue of the last |
//! | [`products`] | pointwise and 3 x 3 convolutions |
//! | [`even_odd`] | the vector of a depthwise convolution |
//! | [`vector`] | the product with a single position |
//! | [`pool`] | means and scaling of channels |
//! | [`mod@stem`] | from a row of `f32` sums to a row of a feature map |
//! | [`mod@stem_parts`] | the stem as products of bf16, with pixels and weights in two parts each |

mod activate;
mod epilogue;
mod even_odd;
mod pairs;
mod pending;
mod pool;
mod product;
mod products;
mod stem;
mod stem_parts;
mod tile;
mod vector;

pub(super) use even_odd::EvenOdd;
pub(super) use pairs::{PART_PIXELS, PIXEL_PARTS, Pairs};
pub(super) use pending::Pending;
pub(super) use pool::{mean, scale};
pub(super) use products::{conv2d, pointwise};
pub(super) use stem::{staged, stem};
pub(super) use stem_parts::{buffered, pack, stem_parts};
pub(super) use tile::{GROUP, GROUPS, Multiplier, PANELS, Tile};
pub(super) use vector::run_vector;
