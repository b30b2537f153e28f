//! Which vectors are alike: exact search by cosine similarity, in bounded memory.
//!
//! A [`Collector`] takes vectors one by one and becomes [`Vectors`], which lie in a temporary file once they are many.
//! [`nearest`] finds the most similar to a query; [`groups`] finds those that are as similar as a threshold asks.
//!
//! Both are exact: an answer depends neither on the instruction set, nor on threads, nor on how the work is cut. All
//! pairs of many vectors are compared as products of blocks in `f32`, with the kernel of a pointwise convolution. What is
//! closer to the threshold than such a product can be wrong is computed once more in `f64`.
//!
//! | | |
//! |---|---|
//! | [`nearest`], [`groups`] | the searches |
//! | `pairs` | all pairs, block by block |
//! | `similarity` | one pair, exactly |
//! | [`vectors`] | where they lie, and their lengths |
//! | `disjoint_sets` | union-find |

mod disjoint_sets;
pub mod groups;
pub mod nearest;
mod pairs;
mod similarity;
#[cfg(test)]
mod tests;
pub mod vectors;

pub use groups::Group;
pub use nearest::Neighbour;
pub use vectors::{Collector, Vectors};
