//! AVX-512 on vectors of eight lanes: 32 registers, and so tiles that are twice as high.
//!
//! Not sixteen lanes: on Zen 4, the processor this was measured on, those have the same peak of multiply-adds (README,
//! "Speed"), and a block of channels would fill half a vector of a depthwise convolution.

#![expect(unsafe_code, reason = "the kernels checked every pointer")]

use super::avx2::{F32x8, resample};
use super::isa;
use crate::kernels::depthwise::{self, Depthwise};
use crate::kernels::full::{self, Full};
use crate::kernels::map::{BLOCK, Map, MapMut};
use crate::kernels::pointwise::{self, Pointwise};
use crate::kernels::resample::{Weights, column};
use crate::kernels::stem::{self, Stem};

isa!(
    // 12 x 2 sums, 2 columns and a row's value fit 32 registers.
    F32x8<12>,
    "x86-64-avx512vl",
    || is_x86_feature_detected!("avx512vl") && is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"),
    resample::row,
    "avx512f,avx512vl,avx2,fma"
);
