//! One row of the table of bf16 instruction sets.

use std::fmt;

use half::bf16;

use super::kernels::Kernels;
use crate::kernels::peak::PeakKernel;

/// An instruction set that multiplies bf16, with its kernels.
pub struct Bf16Isa {
    /// Its name, `{architecture}-{features}`, as `MNET_ISA` takes it.
    pub name: &'static str,
    /// Whether this processor and its operating system support it. The call may reserve resources for this process.
    pub is_available: fn() -> bool,
    /// The kernels that networks are built on.
    pub kernels: Kernels<bf16>,
    /// Products in registers.
    pub peak: PeakKernel,
}

impl fmt::Debug for Bf16Isa {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// The pointwise and the 3 x 3 products of `$multiplier`, compiled with `$features`.
macro_rules! products {
    ($multiplier:ty $(, $features:literal)?) => {{
        use half::bf16;
        use $crate::kernels::bf16 as bf16_kernels;
        use $crate::kernels::feature_map::{FeatureMap, FeatureMapMut};
        use $crate::kernels::isa::instruction_set::compile;
        use $crate::kernels::{conv2d, pointwise};

        (
            compile!(
                bf16_kernels::pointwise::<$multiplier>,
                (
                    job: &pointwise::Pointwise<bf16>,
                    input: FeatureMap<bf16>,
                    shortcut: Option<FeatureMap<bf16>>,
                    output: FeatureMapMut<bf16>
                )
                $(, $features)?
            ),
            compile!(
                bf16_kernels::conv2d::<$multiplier>,
                (
                    job: &conv2d::Conv2d<bf16>,
                    padded_rows: &[bf16],
                    shortcut: Option<FeatureMap<bf16>>,
                    output: FeatureMapMut<bf16>
                )
                $(, $features)?
            ),
        )
    }};
}
pub(super) use products;

/// Defines the peak of `$multiplier`, compiled with `$features`.
macro_rules! bf16_peak {
    ($multiplier:ty $(, $features:literal)?) => {{
        use $crate::kernels::bf16::Multiplier;
        use $crate::kernels::isa::instruction_set::compile;
        use $crate::kernels::peak::PeakKernel;

        PeakKernel {
            run: compile!(<$multiplier>::peak, (rounds: usize) -> f32 $(, $features)?),
            operations: <$multiplier>::PEAK_OPERATIONS,
        }
    }};
}
pub(super) use bf16_peak;

/// Defines kernels whose products of matrices, the stem's included, are those of `$multiplier`, and all others those of the
/// constant `$others`.
macro_rules! kernels_with_products {
    ($multiplier:ty, $name:literal, $others:path $(, $features:literal)?) => {{
        use half::bf16;
        use $crate::kernels::bf16::{self as bf16_kernels, Multiplier};
        use $crate::kernels::conv2d::Conv2dKernel;
        use $crate::kernels::feature_map::FeatureMapMut;
        use $crate::kernels::isa::bf16_set::products;
        use $crate::kernels::isa::instruction_set::compile;
        use $crate::kernels::isa::kernels::Kernels;
        use $crate::kernels::pointwise::PointwiseKernel;
        use $crate::kernels::stem::{Stem, StemKernel, StemParts};

        let (pointwise, conv2d) = products!($multiplier $(, $features)?);
        let parts = StemParts {
            pack: bf16_kernels::pack,
            buffered: bf16_kernels::buffered,
            run: compile!(
                bf16_kernels::stem_parts::<$multiplier>,
                (
                    job: &Stem<bf16>,
                    picture: &[f32],
                    first_row: usize,
                    buffer: &mut [f32],
                    output: FeatureMapMut<bf16>
                )
                $(, $features)?
            ),
        };
        Kernels {
            name: $name,
            pointwise: PointwiseKernel {
                tile_rows: <$multiplier>::TILE_ROWS,
                run: pointwise,
                ..$others.pointwise
            },
            conv2d: Conv2dKernel { run: conv2d, ..$others.conv2d },
            stem: StemKernel { parts: Some(parts), ..$others.stem },
            ..$others
        }
    }};
}
pub(super) use kernels_with_products;

/// Defines kernels whose products are those of `$multiplier` and whose vectors are its lanes, compiled with `$features`.
macro_rules! bf16_kernels {
    ($multiplier:ty, $name:literal $(, $features:literal)?) => {{
        use half::bf16;
        use $crate::kernels::bf16::{self as bf16_kernels, EvenOdd, Multiplier};
        use $crate::kernels::depthwise::Channels;
        use $crate::kernels::feature_map::{FeatureMap, FeatureMapMut};
        use $crate::kernels::isa::bf16_set::products;
        use $crate::kernels::isa::instruction_set::compile;
        use $crate::kernels::isa::kernels::Kernels;
        use $crate::kernels::packed_matrix::{Packing, write_pairs, write_rows};
        use $crate::kernels::{conv2d, depthwise, microkernel, pointwise, pool, stem};

        type Lanes = <$multiplier as Multiplier>::Lanes;

        const PACKING: Packing<bf16> = Packing { panels: bf16_kernels::PANELS, write_panel: write_pairs };

        let (pointwise, conv2d) = products!($multiplier $(, $features)?);
        Kernels {
            name: $name,
            pointwise: pointwise::PointwiseKernel {
                packing: PACKING,
                tile_rows: <$multiplier>::TILE_ROWS,
                run: pointwise,
                run_vector: compile!(
                    bf16_kernels::run_vector::<Lanes>,
                    (job: &pointwise::Pointwise<bf16>, input: &[f32], output: &mut [f32])
                    $(, $features)?
                ),
            },
            depthwise: depthwise::DepthwiseKernel {
                place: <EvenOdd<Lanes> as Channels<bf16>>::place,
                run: compile!(
                    depthwise::run::<bf16, EvenOdd<Lanes>>,
                    (
                        job: &depthwise::Depthwise<bf16>,
                        input: FeatureMap<bf16>,
                        first_row: usize,
                        output: FeatureMapMut<bf16>
                    )
                    $(, $features)?
                ),
            },
            stem: stem::StemKernel {
                packing: Packing { panels: microkernel::panel_layout::<Lanes>(), write_panel: write_rows },
                staged: bf16_kernels::staged,
                run: compile!(
                    bf16_kernels::stem::<Lanes>,
                    (job: &stem::Stem<bf16>, row_buffer: &mut [f32], output: FeatureMapMut<bf16>)
                    $(, $features)?
                ),
                parts: None,
            },
            conv2d: conv2d::Conv2dKernel { packing: PACKING, run: conv2d },
            pool: pool::PoolKernel {
                mean: compile!(
                    bf16_kernels::mean::<Lanes>,
                    (input: FeatureMap<bf16>, output: &mut [f32])
                    $(, $features)?
                ),
                scale: compile!(
                    bf16_kernels::scale::<Lanes>,
                    (map: FeatureMapMut<bf16>, factors: &[f32])
                    $(, $features)?
                ),
            },
        }
    }};
}
pub(super) use bf16_kernels;
