//! What feature maps and weights are made of.

use std::fmt;

use half::bf16;

/// The type of the values of feature maps and of the weights that meet them. Sums are always `f32`.
///
/// To add one (`i8`), implement this, give it kernels and a table in [`isa`](super::isa).
pub trait Element: Copy + Default + PartialEq + fmt::Debug + Send + Sync + 'static {
    /// As `--precision` names it.
    const NAME: &'static str;
    /// Channels of a block of a feature map.
    const BLOCK: usize;

    /// The nearest value.
    fn round(value: f32) -> Self;
    /// The value, exactly.
    fn to_f32(self) -> f32;
}

impl Element for f32 {
    const NAME: &'static str = "f32";
    /// A vector of AVX2.
    const BLOCK: usize = 8;

    #[inline(always)]
    fn round(value: f32) -> Self {
        value
    }

    #[inline(always)]
    fn to_f32(self) -> f32 {
        self
    }
}

impl Element for bf16 {
    const NAME: &'static str = "bf16";
    /// A cache line, and a row of a tile of AMX.
    const BLOCK: usize = 32;

    #[inline(always)]
    fn round(value: f32) -> Self {
        Self::from_f32(value)
    }

    #[inline(always)]
    fn to_f32(self) -> f32 {
        Self::to_f32(self)
    }
}
