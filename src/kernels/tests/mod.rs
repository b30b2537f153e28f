//! Every kernel on every instruction set of this machine, and on a model of sixteen lanes, against the naive loops: fixed tables of shapes, where awkward
//! ones are sure to occur, and random ones (proptest).
//!
//! Sizes shrink under Miri (`cargo +nightly miri test --lib kernels::`), which checks every pointer of the portable lanes:
//! it has no AVX2. It has not been run yet: the toolchains at hand came without the component.

mod conv2d;
mod depthwise;
mod geometry;
mod pointwise;
mod pool;
mod stem;
pub(crate) mod support;
mod team;
mod work_queue;
