//! CPU kernels on plain slices: no tensors, no threads of their own, no I/O.
//!
//! Feature maps have one [`layout`], blocks of channels of an [`Element`], from the stem to the pooling: a pointwise convolution is
//! then a matrix product without rearranging, and a depthwise one loads whole vectors of channels whatever its stride.
//! Bias and activation are applied while a result is still in registers. Each kernel has a naive twin in
//! [`reference`](mod@reference) that says what the operation means.
//!
//! Files import downwards only:
//!
//! | | |
//! |---|---|
//! | [`isa`] | a table of instruction sets; a file for each compiles the kernels |
//! | [`pointwise`], [`depthwise`], [`conv2d`], [`stem`], [`pool`], [`resample`], [`peak`] | one kernel each: its table row, packed weights, a checked entry point, and the algorithm for any vector |
//! | `bf16` | the implementation of these kernels for pairs of bf16 |
//! | [`attention`], `convert` | plain loops |
//! | `microkernel`, `packed_matrix`, `panels`, `activation` | what the matrix products share |
//! | `simd`, `element` | what a vector can do, and the element types of feature maps |
//! | `aligned_vec` | memory for weights and feature maps |
//! | [`feature_map`], [`work_queue`], [`team`] | views of maps, and who computes which part |
//!
//! Names of sizes: `h`, `w` rows and columns of a feature map; `k` taps along one axis of a filter, or input channels of
//! a matrix; `n` output channels; `c` channels; `m` positions; `oy`, `ox` a position in the output; `ky`, `kx` a tap.

mod activation;
mod aligned_vec;
pub mod attention;
mod bf16;
pub mod conv2d;
mod convert;
pub mod depthwise;
mod element;
pub mod feature_map;
pub mod isa;
pub mod layout;
mod microkernel;
mod packed_matrix;
mod panels;
pub mod peak;
pub mod pointwise;
pub mod pool;
pub mod reference;
pub mod resample;
mod simd;
pub mod stem;
pub mod team;
#[cfg(test)]
pub(crate) mod tests;
mod weights;
pub mod work_queue;

pub use aligned_vec::AlignedVec;
pub use convert::convert;
pub use element::Element;
pub use feature_map::{FeatureMap, FeatureMapMut};
pub use layout::{CHANNEL_BLOCK, blocks, blocks_of, padded};
pub use weights::{Weights, scaled};
