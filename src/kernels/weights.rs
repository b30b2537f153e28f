//! The weights of a convolution before a kernel packs them.

use std::ops::Range;

/// Weights, their scale and a bias for `n` output channels.
#[derive(Clone, Copy, Debug)]
pub struct Weights<'a> {
    /// `[n, …]`, row-major.
    pub values: &'a [f32],
    /// The factor of each channel's values, `[n]`: a folded batch norm.
    pub scale: &'a [f64],
    /// `[n]`
    pub bias: &'a [f32],
}

impl Weights<'_> {
    /// The weights of some output channels.
    ///
    /// # Panics
    /// If the range is out of bounds.
    #[must_use]
    pub fn slice_channels(self, channels: Range<usize>) -> Self {
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
