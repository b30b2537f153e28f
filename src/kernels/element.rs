//! The element types of feature maps and weights.

use std::fmt;

use half::bf16;

/// The type of the values of feature maps, and of the weights that multiply them. Sums are always `f32`.
///
/// To add one, such as `i8`, implement this trait, and give the type kernels and a table in [`isa`](super::isa).
pub trait Element: Copy + Default + PartialEq + fmt::Debug + Send + Sync + 'static {
    /// Its name in `--precision`.
    const NAME: &'static str;
    /// The number of channels in a block of a feature map.
    const BLOCK: usize;

    /// Returns the nearest value of this type.
    fn round(value: f32) -> Self;
    /// Returns the value, exactly.
    fn to_f32(self) -> f32;
}

impl Element for f32 {
    const NAME: &'static str = "f32";
    /// One vector of AVX2.
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
    /// One cache line, which is also one row of an AMX tile.
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
