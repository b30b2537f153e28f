//! Every kernel on every instruction set of this machine against the naive loops: fixed tables of shapes, where awkward
//! ones are sure to occur, and random ones (proptest).
//!
//! The tests are sized for Miri (`cargo miri test --lib kernels::`), which checks the pointers of the portable lanes.

mod conv2d;
mod depthwise;
mod geometry;
mod pointwise;
mod stem;
pub(crate) mod support;
mod work_queue;
