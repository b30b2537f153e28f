//! Networks on candle's operations: for accelerators, and the reference of all other backends.

mod block;
mod conv2d;
mod convolution;
mod depthwise;
mod epilogue;
mod geometry;
mod layer;
mod network;
mod pointwise;
mod rounding;

pub(super) use network::CandleNetwork;
