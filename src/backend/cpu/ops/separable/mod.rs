//! A depthwise convolution with the expansion before it and the projection after it, as one operation.
//!
//! The largest feature maps of a network lie between these layers: in an inverted residual, six times the channels of
//! the block. None of them is ever complete. There are two ways through them, [`by_channels`] and [`by_rows`], and
//! [`run`] chooses.

mod block;
mod by_channels;
mod by_rows;
mod pass;
mod run;

pub use block::{Expansion, Separable};
