//! Similar vectors: exact search by cosine similarity, in bounded memory.
//!
//! A [`Collector`] takes vectors one by one and becomes [`Vectors`], which move to a temporary file once there are many.
//! [`nearest`] finds the vectors most similar to a query; [`groups`] finds those whose similarity reaches a threshold.
//!
//! Both are exact: an answer does not depend on the instruction set, on threads or on how the work is divided. All
//! pairs of many vectors are compared as products of blocks in `f32`, with the kernel of the pointwise convolution. If
//! such a product is closer to the threshold than its possible error, the pair is computed again in `f64`.
//!
//! | | |
//! |---|---|
//! | [`nearest`], [`groups`] | the searches |
//! | `pairs` | all pairs, block by block |
//! | `similarity` | one pair, exactly |
//! | [`vectors`] | where vectors are stored, and their lengths |
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
