//! CPU kernels on plain slices: no tensors, no threads of their own, no I/O.
//!
//! Feature maps are in one layout, blocks of eight channels ([`map`]), from the stem to the pooling: a pointwise
//! convolution is then a matrix product without rearranging, and a depthwise one loads whole vectors of channels
//! whatever its stride. Bias and activation are applied while a result is still in registers.
//!
//! Names of sizes: `h`, `w` rows and columns of a feature map, `k` taps along one axis of a filter (or channels in of
//! a matrix), `n` channels out, `c` channels, `m` positions; `oy`, `ox` a position in the output, `ky`, `kx` a tap.
//! Each kernel has a naive twin in [`reference`](mod@reference) that says what the operation means.

mod activation;
pub mod attention;
pub mod conv2d;
pub mod depthwise;
pub mod feature_map;
pub mod isa;
mod microkernel;
pub mod peak;
pub mod pointwise;
pub mod pool;
pub mod reference;
pub mod resample;
pub mod stem;
pub mod team;
#[cfg(test)]
mod tests;

use std::ops::Range;

pub use feature_map::{CHANNEL_BLOCK, FeatureMap, FeatureMapMut, blocks};

/// The weights of a convolution before they are packed.
#[derive(Clone, Copy, Debug)]
pub struct Weights<'a> {
    /// `[n, …]`, row-major.
    pub values: &'a [f32],
    /// What the values of each channel are multiplied by, `[n]`: a batch norm's part.
    pub scale: &'a [f64],
    /// `[n]`
    pub bias: &'a [f32],
}

impl Weights<'_> {
    /// Those of some channels out.
    ///
    /// # Panics
    /// If there are fewer.
    #[must_use]
    pub fn of(self, channels: Range<usize>) -> Self {
        let each = self.values.len() / self.bias.len().max(1);
        Self {
            values: &self.values[channels.start * each..channels.end * each],
            scale: &self.scale[channels.clone()],
            bias: &self.bias[channels],
        }
    }
}

/// `weight · scale`, rounded once.
pub fn scaled(weight: f32, scale: f64) -> f32 {
    (f64::from(weight) * scale) as f32
}
