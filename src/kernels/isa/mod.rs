//! Instruction sets: a vector type each, and the algorithms instantiated for it.
//!
//! [`active`] is chosen once, at run time: the best that this processor has, or the one that `MNET_ISA` names.
//! To add one, write a file with a `Simd` type and an [`Isa`] and put it into `ISAS`.

#![expect(unsafe_code, reason = "the vector trait; its implementations are the files below")]

#[cfg(target_arch = "x86_64")]
mod avx2;
mod portable;

use std::fmt;
use std::sync::LazyLock;

use super::conv2d::Conv2d;
use super::depthwise::Depthwise;
use super::feature_map::{FeatureMap, FeatureMapMut};
use super::pointwise::Pointwise;
use super::resample::Weights;
use super::stem::Stem;

/// One instruction set with its kernels.
pub struct Isa {
    /// `{architecture}-{features}`, as `MNET_ISA` takes it.
    pub name: &'static str,
    /// Whether this processor has it.
    pub is_available: fn() -> bool,
    /// Values in a vector.
    pub lanes: usize,
    /// The largest tile of a matrix product: rows that stay in registers beside two vectors of columns.
    pub tile_rows: usize,
    /// Blocks of channels of a panel: where a matrix product may be cut.
    pub panel_blocks: usize,
    /// See [`super::pointwise`].
    pub(super) pointwise: fn(&Pointwise, FeatureMap, Option<FeatureMap>, FeatureMapMut),
    /// See [`super::depthwise`].
    pub(super) depthwise: fn(&Depthwise, FeatureMap, usize, FeatureMapMut),
    /// See [`super::stem`].
    pub(super) stem: fn(&Stem, &[f32], FeatureMapMut),
    /// See [`super::conv2d`].
    pub(super) full: fn(&Conv2d, &[f32], Option<FeatureMap>, FeatureMapMut),
    /// See [`super::resample`]: weights, a row, the row that it becomes.
    pub(super) resample_row: fn(&Weights, &[u8], &mut [u8]),
    /// See [`super::resample`]: weights of rows, the rows, the row that they become.
    pub(super) resample_column: fn(&[i32], &[u8], &mut [u8]),
    /// See [`super::peak`].
    pub(super) peak: fn(usize) -> f32,
}

impl fmt::Debug for Isa {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// Every instruction set of this architecture, best first.
#[cfg(target_arch = "x86_64")]
static ISAS: [&Isa; 2] = [&avx2::ISA, &portable::ISA];

/// Every instruction set of this architecture, best first.
#[cfg(not(target_arch = "x86_64"))]
static ISAS: [&Isa; 1] = [&portable::ISA];

/// Those that this processor has, best first.
pub fn available() -> impl Iterator<Item = &'static Isa> {
    ISAS.into_iter().filter(|isa| (isa.is_available)())
}

/// The instruction set in use; the best one if `MNET_ISA` names [none](is_unknown).
pub fn active() -> &'static Isa {
    static ACTIVE: LazyLock<&Isa> = LazyLock::new(|| {
        let named = std::env::var(VARIABLE).ok().and_then(|name| named(&name));
        named.or_else(|| available().next()).unwrap_or(&portable::ISA)
    });
    &ACTIVE
}

/// The environment variable that forces one.
pub const VARIABLE: &str = "MNET_ISA";

/// Whether an instruction set is wanted that this processor does not have.
pub fn is_unknown(name: &str) -> bool {
    named(name).is_none()
}

/// By its name or a part of it: `avx2`.
fn named(name: &str) -> Option<&'static Isa> {
    available().find(|isa| isa.name == name || isa.name.split('-').any(|part| part == name))
}

/// A vector of `f32`, as the kernels use it.
///
/// # Safety
/// Every method needs the processor to have the instructions; loads and stores need valid pointers to
/// [`LANES`](Self::LANES) values.
pub(super) trait Simd: Copy {
    /// Values in a vector: a block of channels or a part of it.
    const LANES: usize;
    /// Rows of the largest tile, see [`Isa::tile_rows`].
    const TILE_ROWS: usize;

    unsafe fn splat(value: f32) -> Self;
    unsafe fn load(from: *const f32) -> Self;
    unsafe fn store(self, to: *mut f32);
    /// The same pointer, but not to the compiler: what was loaded through it before is loaded again, and not kept in
    /// registers that sums need more.
    fn opaque(pointer: *const f32) -> *const f32;
    /// Asks for the cache line at `address`, which need not be valid, to be brought into the second-level cache.
    fn prefetch(address: *const f32);
    unsafe fn add(self, other: Self) -> Self;
    unsafe fn product(self, other: Self) -> Self;
    /// `self + a · b`
    unsafe fn add_product(self, a: Self, b: Self) -> Self;
    unsafe fn clamp(self, low: Self, high: Self) -> Self;
}

/// An `Isa` of the vector type `$simd`, whose kernels are compiled with `$features`; `$resample_row` is its
/// [`resample::row`](super::resample::row).
macro_rules! isa {
    ($simd:ty, $name:literal, $is_available:expr, $resample_row:path $(, $features:literal)?) => {
        /// The instruction set of this file.
        pub(super) static ISA: super::Isa = super::Isa {
            name: $name,
            is_available: $is_available,
            lanes: <$simd as super::Simd>::LANES,
            tile_rows: <$simd as super::Simd>::TILE_ROWS,
            panel_blocks: 2 * <$simd as super::Simd>::LANES / CHANNEL_BLOCK,
            pointwise: |job, input, shortcut, output| {
                $(#[target_feature(enable = $features)])?
                fn run(job: &Pointwise, input: FeatureMap, shortcut: Option<FeatureMap>, output: FeatureMapMut) {
                    // SAFETY: this function enables the instructions, and `Pointwise::run` checked the shapes.
                    unsafe { pointwise::run::<$simd>(job, input, shortcut, output) }
                }
                // SAFETY: an Isa is handed out only where `is_available`.
                #[allow(unused_unsafe)]
                unsafe { run(job, input, shortcut, output) }
            },
            depthwise: |job, input, first_row, output| {
                $(#[target_feature(enable = $features)])?
                fn run(job: &Depthwise, input: FeatureMap, first_row: usize, output: FeatureMapMut) {
                    // SAFETY: this function enables the instructions, and `Depthwise::run` checked the shapes.
                    unsafe { depthwise::run::<$simd>(job, input, first_row, output) }
                }
                // SAFETY: an Isa is handed out only where `is_available`.
                #[allow(unused_unsafe)]
                unsafe { run(job, input, first_row, output) }
            },
            stem: |job, pixels, output| {
                $(#[target_feature(enable = $features)])?
                fn run(job: &Stem, pixels: &[f32], output: FeatureMapMut) {
                    // SAFETY: this function enables the instructions, and `Stem::run` checked the shapes.
                    unsafe { stem::run::<$simd>(job, pixels, output) }
                }
                // SAFETY: an Isa is handed out only where `is_available`.
                #[allow(unused_unsafe)]
                unsafe { run(job, pixels, output) }
            },
            full: |job, lines, shortcut, output| {
                $(#[target_feature(enable = $features)])?
                fn run(job: &Conv2d, lines: &[f32], shortcut: Option<FeatureMap>, output: FeatureMapMut) {
                    // SAFETY: this function enables the instructions, and `Conv2d::run` checked the shapes.
                    unsafe { conv2d::run::<$simd>(job, lines, shortcut, output) }
                }
                // SAFETY: an Isa is handed out only where `is_available`.
                #[allow(unused_unsafe)]
                unsafe { run(job, lines, shortcut, output) }
            },
            resample_row: |weights, row, out| {
                $(#[target_feature(enable = $features)])?
                fn run(weights: &Weights, row: &[u8], out: &mut [u8]) {
                    $resample_row(weights, row, out);
                }
                // SAFETY: an Isa is handed out only where `is_available`.
                #[allow(unused_unsafe)]
                unsafe { run(weights, row, out) }
            },
            resample_column: |weights, rows, out| {
                $(#[target_feature(enable = $features)])?
                fn run(weights: &[i32], rows: &[u8], out: &mut [u8]) {
                    column(weights, rows, out);
                }
                // SAFETY: an Isa is handed out only where `is_available`.
                #[allow(unused_unsafe)]
                unsafe { run(weights, rows, out) }
            },
            peak: |count| {
                $(#[target_feature(enable = $features)])?
                fn run(count: usize) -> f32 {
                    // SAFETY: this function enables the instructions.
                    unsafe { crate::kernels::peak::rounds::<$simd>(count) }
                }
                // SAFETY: an Isa is handed out only where `is_available`.
                #[allow(unused_unsafe)]
                unsafe { run(count) }
            },
        };
    };
}
use isa;
