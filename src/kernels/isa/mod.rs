//! Instruction sets: a vector type each, and the algorithms instantiated for it.
//!
//! [`active`] is chosen once, at run time: the best that this processor has, or the one that `MNET_ISA` names.
//! To add one, write a file with a `Simd` type and an [`Isa`] and put it into [`ISAS`].

#![expect(unsafe_code, reason = "the vector trait; its implementations are the files below")]

#[cfg(target_arch = "x86_64")]
mod avx2;
mod portable;

use std::fmt;
use std::sync::LazyLock;

use super::depthwise::Depthwise;
use super::pointwise::Pointwise;

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
    /// See [`super::pointwise`].
    pub(super) pointwise: PointwiseKernel,
    /// See [`super::depthwise`].
    pub(super) depthwise: fn(&Depthwise, &[f32], usize, &mut [f32]),
}

/// Job, input, shortcut, output.
type PointwiseKernel = fn(&Pointwise, &[f32], Option<&[f32]>, &mut [f32]);

impl fmt::Debug for Isa {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// Every instruction set of this architecture, best first.
#[cfg(target_arch = "x86_64")]
pub static ISAS: [&Isa; 2] = [&avx2::ISA, &portable::ISA];

/// Every instruction set of this architecture, best first.
#[cfg(not(target_arch = "x86_64"))]
pub static ISAS: [&Isa; 1] = [&portable::ISA];

/// Those that this processor has, best first.
pub fn available() -> impl Iterator<Item = &'static Isa> {
    ISAS.into_iter().filter(|isa| (isa.is_available)())
}

/// The instruction set in use. A name in `MNET_ISA` that is not available here leaves the best.
pub fn active() -> &'static Isa {
    static ACTIVE: LazyLock<&Isa> = LazyLock::new(|| {
        let wanted = std::env::var("MNET_ISA").unwrap_or_default();
        let named =
            available().find(|isa| isa.name == wanted || isa.name.split('-').any(|part| part == wanted));
        named.or_else(|| available().next()).unwrap_or(&portable::ISA)
    });
    &ACTIVE
}

/// A vector of `f32`, as the kernels use it.
///
/// # Safety
/// Every method needs the processor to have the instructions; loads and stores need valid pointers to
/// [`LANES`](Self::LANES) or `count` values.
pub(super) trait Simd: Copy {
    /// Values in a vector.
    const LANES: usize;
    /// Rows of the largest tile, see [`Isa::tile_rows`].
    const TILE_ROWS: usize;

    unsafe fn splat(value: f32) -> Self;
    unsafe fn load(from: *const f32) -> Self;
    unsafe fn store(self, to: *mut f32);
    /// Loads the first `count` lanes; the others are zero.
    unsafe fn load_first(from: *const f32, count: usize) -> Self;
    /// Stores the first `count` lanes.
    unsafe fn store_first(self, to: *mut f32, count: usize);
    unsafe fn add(self, other: Self) -> Self;
    /// `self + a · b`
    unsafe fn add_product(self, a: Self, b: Self) -> Self;
    unsafe fn clamp(self, low: Self, high: Self) -> Self;
}

/// An `Isa` of the vector type `$simd`, whose kernels are compiled with `$features`.
macro_rules! isa {
    ($simd:ty, $name:literal, $is_available:expr $(, $features:literal)?) => {
        /// The instruction set of this file.
        pub(super) static ISA: super::Isa = super::Isa {
            name: $name,
            is_available: $is_available,
            lanes: <$simd as super::Simd>::LANES,
            tile_rows: <$simd as super::Simd>::TILE_ROWS,
            pointwise: |job, input, shortcut, output| {
                $(#[target_feature(enable = $features)])?
                fn run(job: &Pointwise, input: &[f32], shortcut: Option<&[f32]>, output: &mut [f32]) {
                    // SAFETY: this function enables the instructions, and `Pointwise::run` checked the lengths.
                    unsafe { pointwise::rows::<$simd>(job, input, shortcut, output) }
                }
                // SAFETY: an Isa is handed out only where `is_available`.
                #[allow(unused_unsafe)]
                unsafe { run(job, input, shortcut, output) }
            },
            depthwise: |job, input, first_row, output| {
                $(#[target_feature(enable = $features)])?
                fn run(job: &Depthwise, input: &[f32], first_row: usize, output: &mut [f32]) {
                    // SAFETY: this function enables the instructions, and `Depthwise::run` checked the lengths.
                    unsafe { depthwise::rows::<$simd>(job, input, first_row, output) }
                }
                // SAFETY: an Isa is handed out only where `is_available`.
                #[allow(unused_unsafe)]
                unsafe { run(job, input, first_row, output) }
            },
        };
    };
}
use isa;
