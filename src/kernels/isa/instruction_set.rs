//! One row of the table: an instruction set with its kernels.

use std::fmt;

use super::kernels::Kernels;
use crate::kernels::peak::PeakKernel;
use crate::kernels::resample::ResampleKernel;

/// One instruction set with its kernels.
///
/// Every kernel brings its own packing and its own tile sizes: a set may write one of them by hand, or take it from
/// another set, and share the rest. Other element types have tables of their own.
pub struct Isa {
    /// `{architecture}-{features}`, as `MNET_ISA` takes it.
    pub name: &'static str,
    /// Whether this processor has it.
    pub is_available: fn() -> bool,
    /// Whether it is faster, on this processor, than the sets after it in the table.
    pub is_fastest: fn() -> bool,
    /// The kernels that networks are built on.
    pub kernels: Kernels<f32>,
    /// The two passes of a resize.
    pub resample: ResampleKernel,
    /// Multiply-adds in registers.
    pub peak: PeakKernel,
}

impl fmt::Debug for Isa {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// A function compiled with `$features` around the generic `$kernel`, which is inlined into it.
macro_rules! compile {
    ($kernel:expr, ($($arg:ident: $type:ty),*) $(-> $result:ty)? $(, $features:literal)?) => {{
        $(#[target_feature(enable = $features)])?
        unsafe fn compiled($($arg: $type),*) $(-> $result)? {
            // SAFETY: the kernel asks of its caller what its table row asks: the instructions, which this function
            // enables, and checked shapes.
            #[allow(unused_unsafe, reason = "kernels without a vector type are safe")]
            unsafe { $kernel($($arg),*) }
        }
        compiled
    }};
}
pub(super) use compile;

/// An [`Isa`] whose kernels are all compiled for the vector type `$simd` with `$features`; `$resample_row` is its
/// [`resample::row`](crate::kernels::resample::row). A set with a kernel of its own writes
/// `Isa { resample: …, ..isa!(…) }`.
macro_rules! isa {
    ($simd:ty, $name:literal, $is_available:expr, $is_fastest:expr, $resample_row:path $(, $features:literal)?) => {{
        use $crate::kernels::feature_map::{FeatureMap, FeatureMapMut};
        use $crate::kernels::isa::instruction_set::{Isa, compile};
        use $crate::kernels::isa::kernels::Kernels;
        use $crate::kernels::packed_matrix::{Packing, write_rows};
        use $crate::kernels::{conv2d, depthwise, microkernel, peak, pointwise, pool, resample, stem};

        const PACKING: Packing =
            Packing { panels: microkernel::panel_layout::<$simd>(), write_panel: write_rows };

        Isa {
            name: $name,
            is_available: $is_available,
            is_fastest: $is_fastest,
            kernels: Kernels {
                name: $name,
                pointwise: pointwise::PointwiseKernel {
                    packing: PACKING,
                    tile_rows: microkernel::tile_rows::<$simd>(microkernel::PANEL_VECTORS),
                    run: compile!(
                        pointwise::run::<$simd>,
                        (
                            job: &pointwise::Pointwise,
                            input: FeatureMap,
                            shortcut: Option<FeatureMap>,
                            output: FeatureMapMut
                        )
                        $(, $features)?
                    ),
                    run_vector: compile!(
                        pointwise::run_vector::<$simd>,
                        (job: &pointwise::Pointwise, input: &[f32], output: &mut [f32])
                        $(, $features)?
                    ),
                },
                depthwise: depthwise::DepthwiseKernel {
                    place: <$simd as depthwise::Channels<f32>>::place,
                    run: compile!(
                        depthwise::run::<f32, $simd>,
                        (job: &depthwise::Depthwise, input: FeatureMap, first_row: usize, output: FeatureMapMut)
                        $(, $features)?
                    ),
                },
                stem: stem::StemKernel {
                    packing: PACKING,
                    staged: |_| 0,
                    run: compile!(
                        stem::run::<$simd>,
                        (job: &stem::Stem, row_buffer: &mut [f32], output: FeatureMapMut)
                        $(, $features)?
                    ),
                    parts: None,
                },
                conv2d: conv2d::Conv2dKernel {
                    packing: PACKING,
                    run: compile!(
                        conv2d::run::<$simd>,
                        (
                            job: &conv2d::Conv2d,
                            padded_rows: &[f32],
                            shortcut: Option<FeatureMap>,
                            output: FeatureMapMut
                        )
                        $(, $features)?
                    ),
                },
                pool: pool::PoolKernel {
                    mean: compile!(
                        pool::mean,
                        (input: FeatureMap, output: &mut [f32])
                        $(, $features)?
                    ),
                    scale: compile!(
                        pool::scale,
                        (map: FeatureMapMut, factors: &[f32])
                        $(, $features)?
                    ),
                },
            },
            resample: resample::ResampleKernel {
                row: compile!(
                    $resample_row,
                    (weights: &resample::Weights, row: &[u8], output: &mut [u8])
                    $(, $features)?
                ),
                column: compile!(
                    resample::column,
                    (weights: &[i32], rows: &[u8], output: &mut [u8])
                    $(, $features)?
                ),
            },
            peak: peak::PeakKernel {
                run: compile!(peak::run::<$simd>, (rounds: usize) -> f32 $(, $features)?),
                operations: peak::operations::<$simd>(),
            },
        }
    }};
}
pub(super) use isa;
